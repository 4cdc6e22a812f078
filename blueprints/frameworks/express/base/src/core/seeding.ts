/** Storing example rows through the same checks as requests. */

import { type Body, Submitted } from "./bodies.ts";
import type { Call } from "./call.ts";
import type { Connection, Database, Session } from "./database.ts";
import { decodeJson } from "./json-body.ts";
import type { AnyRepository, Repository } from "./repository.ts";
import type { Row } from "./rows.ts";
import { Writer } from "./writing.ts";

/** Stands for the id of a row of another table, counted from 0 in the order they were made. */
export class Nth {
  readonly repository: AnyRepository;
  readonly number: number;

  constructor(repository: AnyRepository, number: number) {
    this.repository = repository;
    this.number = number;
  }
}

type Example = Readonly<Record<string, unknown>>;

/** The examples of one table, as bodies. */
export interface Seed {
  readonly repository: AnyRepository;
  readonly body: Body<unknown>;
  readonly examples: readonly Example[];
}

interface Examples<R extends Row, V> {
  readonly repository: Repository<R>;
  readonly body: Body<V>;
  readonly examples: readonly Example[];
}

/** Examples of the rows of a table. */
export function seedOf<R extends Row, V>({ repository, body, examples }: Examples<R, V>): Seed {
  // Whatever its rows are, they are stored and counted alike.
  return { repository: repository as unknown as AnyRepository, body, examples };
}

/** The id of a row of another table. */
export function nth<R extends Row>(repository: Repository<R>, number: number): Nth {
  return new Nth(repository as unknown as AnyRepository, number);
}

/**
 * Store the rows of tables that are still empty; twice is the same as once.
 *
 * A row is left out when what it refers to is not there, as the table of that was not empty.
 */
export async function storeSeeds(database: Database, seeds: readonly Seed[]): Promise<void> {
  await database.write(async (session) => {
    for (const { repository, body, examples } of seeds) {
      const first = repository.select(session.db, true).select("id").limit(1);
      if ((await first.executeTakeFirst()) === undefined) {
        for (const example of examples) {
          await store(session, { database, repository, body, example });
        }
      }
    }
  });
}

interface Work extends Omit<Seed, "examples"> {
  readonly database: Database;
  readonly example: Example;
}

async function store(session: Session, { database, repository, body, example }: Work) {
  const resolved: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(example)) {
    const found = await idsIn(session.db, value);
    if (found === undefined) {
      return;
    }
    resolved[key] = found;
  }
  // As JSON, whose numbers are exact.
  const sent = decodeJson(Buffer.from(JSON.stringify(resolved)));
  const unit = new Writer(session, repository, callOf(database));
  await unit.insert(await unit.accept(new Submitted(body, sent)));
}

/** The value with ids in place of the rows that are meant; nothing when one is not there. */
async function idsIn(db: Connection, value: unknown): Promise<unknown> {
  if (Array.isArray(value)) {
    const found = [];
    for (const each of value) {
      found.push(await idsIn(db, each));
    }
    return found.includes(undefined) ? undefined : found;
  }
  if (!(value instanceof Nth)) {
    return value;
  }
  const rows = value.repository.select(db).select("id").orderBy("id");
  const row = await rows.limit(1).offset(value.number).executeTakeFirst();
  return row?.["id" as keyof typeof row];
}

/** Somebody who may do everything. */
function callOf(database: Database): Call {
  const caller = { userId: null, role: "admin", sessionId: null };
  return { caller, database, query: "", ifMatch: undefined, repeatable: undefined };
}

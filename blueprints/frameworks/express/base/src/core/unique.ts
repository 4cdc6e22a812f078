/** Unique values: a database tells one that is taken, the answer names them all. */

import type { Connection, Database, Session } from "./database.ts";
import { violationOf } from "./driver.ts";
import { conflict } from "./errors.ts";
import type { Identified, Target } from "./repository.ts";

type Values = Readonly<Record<string, unknown>>;

/** A row to be stored has a unique value of another row. */
class TakenError extends Error {
  readonly values: Values;

  constructor(values: Values, cause: unknown) {
    super("a unique value is taken", { cause });
    this.values = values;
  }
}

/** One transaction that writes rows of this table; 409 with every value that is taken. */
export async function transaction<R extends Identified, T>(
  database: Database,
  target: Target<R>,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  try {
    return await database.write(work);
  } catch (error) {
    if (!(error instanceof TakenError)) {
      throw error;
    }
    const keys = await database.read((db) => takenKeys(db, target, error.values));
    const details = keys.map((field) => ({ field, rule: "unique", message: "is taken" }) as const);
    throw conflict("This value is taken.", details);
  }
}

/** Do a write of these values, by key; throws when a unique one is taken. */
export async function storing<T>(values: Values, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const kind = violationOf(error);
    if (kind === "unique") {
      throw new TakenError(values, error);
    }
    if (kind === "foreign_key") {
      throw conflict("Another row was deleted, or refers to this one.");
    }
    throw error;
  }
}

/** The JSON keys of the unique values that another row has. */
async function takenKeys<R extends Identified>(
  db: Connection,
  target: Target<R>,
  values: Values,
): Promise<string[]> {
  const taken = new Set<string>();
  for (const columns of target.unique) {
    const key = target.columns.filter(([, field]) => columns.includes(field.column));
    if (key.some(([name]) => values[name] === null || values[name] === undefined)) {
      continue;
    }
    let others = target.select(db).select("id");
    for (const [name, field] of key) {
      others = others.where(field.column, "=", field.store(values[name]));
    }
    if (values["id"] !== undefined) {
      others = others.where("id", "!=", values["id"]);
    }
    if ((await others.limit(1).executeTakeFirst()) !== undefined) {
      for (const [name] of key) {
        taken.add(name);
      }
    }
  }
  return target.columns.filter(([name]) => taken.has(name)).map(([, field]) => field.json);
}

/** What a caller can do with the rows, as the services of a project offer it. */

import { v7 as uuid7 } from "uuid";
import { expect } from "vitest";
import { createBody, patchBody, Submitted } from "../../../src/core/bodies.ts";
import type { Call } from "../../../src/core/call.ts";
import type { Caller } from "../../../src/core/caller.ts";
import type { Database } from "../../../src/core/database.ts";
import { ApiError } from "../../../src/core/errors.ts";
import type { JsonObject } from "../../../src/core/fields.ts";
import { decodeJson } from "../../../src/core/json-body.ts";
import { auditing, reading } from "../../../src/core/reading.ts";
import type { AnyRepository } from "../../../src/core/repository.ts";
import { restoring, writing } from "../../../src/core/writing.ts";
import type { Page, Row } from "../../http.ts";

export const UNKNOWN = "01940000-0000-7000-8000-000000000000";

/** Somebody with this role, who is logged in. */
export function person(role: string): Caller {
  return { userId: uuid7(), role, sessionId: null };
}

/** Somebody unknown. */
export const STRANGER: Caller = { userId: null, role: null, sessionId: null };

/** Expect a failure, with these broken rules by field. */
export async function refused(
  status: number,
  work: Promise<unknown>,
  faults?: Readonly<Record<string, string>>,
): Promise<void> {
  const error: unknown = await work.then(
    () => "nothing was refused",
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ status });
  if (faults !== undefined && error instanceof ApiError) {
    const found = error.details.map(({ field, rule }) => [field, rule]);
    expect(Object.fromEntries(found)).toEqual(faults);
  }
}

function content(values: unknown): unknown {
  return decodeJson(Buffer.from(JSON.stringify(values)));
}

interface Request {
  readonly query?: string;
  readonly ifMatch?: string;
}

/** Requests of one caller. */
export class Desk {
  readonly database: Database;
  readonly caller: Caller;

  constructor(database: Database, caller: Caller) {
    this.database = database;
    this.caller = caller;
  }

  /** One request. */
  call({ query = "", ifMatch }: Request = {}): Call {
    const { caller, database } = this;
    return { caller, database, query, ifMatch, repeatable: undefined };
  }

  /** Make a row. */
  async create(to: AnyRepository, values: object = {}, query = ""): Promise<Row> {
    const body = new Submitted(createBody(to.declared), content(values));
    const made = await writing(this.call({ query }), to, "create", async (unit) => {
      return await unit.present(await unit.insert(await unit.accept(body)));
    });
    return made as Row;
  }

  /** Change some fields of a row. */
  async change(of: AnyRepository, id: string, values: object, ifMatch?: string): Promise<Row> {
    const body = new Submitted(patchBody(of.declared), content(values));
    const call = this.call(ifMatch === undefined ? {} : { ifMatch });
    const changed = await writing(call, of, "update", async (unit) => {
      const row = await unit.find(id, "update");
      return await unit.present(await unit.update(row, await unit.accept(body, row)));
    });
    return changed as Row;
  }

  /** Delete a row. */
  async delete(of: AnyRepository, id: string, query = ""): Promise<void> {
    await writing(this.call({ query }), of, "delete", async (unit) => {
      await unit.delete(await unit.find(id, "delete"));
    });
  }

  /** Bring a deleted row back. */
  async restore(of: AnyRepository, id: string): Promise<Row> {
    const back = await restoring(this.call(), of, async (unit) =>
      unit.present(await unit.restore(id)),
    );
    return back as Row;
  }

  /** Link a row to another. */
  async link(of: AnyRepository, id: string, key: string, other: string): Promise<void> {
    await writing(this.call(), of, "update", (unit) => unit.link(id, key, other));
  }

  /** Take a link away. */
  async unlink(of: AnyRepository, id: string, key: string, other: string): Promise<void> {
    await writing(this.call(), of, "update", (unit) => unit.unlink(id, key, other));
  }

  /** Find one row. */
  async read(of: AnyRepository, id: string, query = ""): Promise<Row> {
    const { body } = await reading(this.call({ query }), of, "read", (unit) => unit.read(id));
    return body as Row;
  }

  /** Find the one row that refers to a parent. */
  async readOf(of: AnyRepository, key: string, parent: string): Promise<Row> {
    const { body } = await reading(this.call(), of, "read", (unit) => unit.readOf(key, parent));
    return body as Row;
  }

  /** Find rows. */
  async page(of: AnyRepository, query = ""): Promise<Page> {
    return pageOf(await reading(this.call({ query }), of, "list", (unit) => unit.page()));
  }

  /** Find the rows that refer to a parent. */
  async pageOf(of: AnyRepository, key: string, parent: string): Promise<Page> {
    return pageOf(await reading(this.call(), of, "list", (unit) => unit.pageOf(key, parent)));
  }

  /** Find the rows that link to a parent. */
  async pageLinkedTo(of: AnyRepository, key: string, parent: string): Promise<Page> {
    return pageOf(await reading(this.call(), of, "list", (unit) => unit.pageLinkedTo(key, parent)));
  }

  /** Find the rows that a row of `owner` links to. */
  async pageLinked(
    of: AnyRepository,
    owner: AnyRepository,
    key: string,
    id: string,
  ): Promise<Page> {
    return pageOf(
      await reading(this.call(), of, "list", (unit) => unit.pageLinked(owner, key, id)),
    );
  }

  /** Find what was written to a row. */
  async audit(of: AnyRepository, id: string): Promise<readonly Row[]> {
    return pageOf(await auditing(this.call(), of, (unit) => unit.audit(id))).items;
  }
}

function pageOf(found: JsonObject): Page {
  return found as unknown as Page;
}

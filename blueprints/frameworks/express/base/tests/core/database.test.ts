/** The database layer: values, transactions, and what its errors become. */

import { setTimeout as sleep } from "node:timers/promises";
import Big from "big.js";
import { sql } from "kysely";
import { expect } from "vitest";
import type { Connection, Database, Session } from "../../src/core/database.ts";
import { violationOf } from "../../src/core/driver.ts";
import { ApiError } from "../../src/core/errors.ts";
import type { Stored } from "../../src/core/repository.ts";
import { UNREACHABLE_URL } from "../engine.ts";
import { test } from "../fixtures.ts";
import { logged } from "../logs.ts";
import { type Sample, samples } from "./machinery/resources.ts";

const TABLE = samples.table;
const AWAY = { status: 503, code: "SERVICE_UNAVAILABLE" };
const NOTHING: Omit<Sample, "id"> = {
  text: null,
  number: null,
  total: null,
  ratio: null,
  flag: null,
  day: null,
  moment: null,
  data: null,
};

function id(number: number): string {
  return `01940000-0000-7000-8000-${String(number).padStart(12, "0")}`;
}

async function insert(database: Database, ...rows: Partial<Sample>[]): Promise<void> {
  const stored = rows.map((row, at) => samples.store({ ...NOTHING, id: id(at), ...row }));
  await database.write(({ db }) => db.insertInto(TABLE).values(stored).execute());
}

/** All rows in the order of a column. */
async function found(database: Database, order = "id"): Promise<Sample[]> {
  const rows = await database.read((db) =>
    db.selectFrom(TABLE).selectAll().orderBy(order).execute(),
  );
  return rows.map((row) => samples.load(row as Stored));
}

test("values come back as they went", async ({ database }) => {
  const row: Sample = {
    id: id(0),
    text: " spaces😀 ",
    number: new Big("99999999999999.9999"),
    total: Number.MAX_SAFE_INTEGER,
    ratio: 0.1,
    flag: false,
    day: "2024-02-29",
    moment: new Date("2026-01-02T01:04:05.678Z"),
    data: { a: [1.5, null, { b: "\u2028é" }], c: {} },
  };
  const least: Sample = {
    ...NOTHING,
    id: id(1),
    number: new Big("-0.0001"),
    total: -Number.MAX_SAFE_INTEGER,
    ratio: -1.5e-300,
    flag: true,
    day: "1000-01-01",
  };
  const nothing: Sample = { ...NOTHING, id: id(2) };
  await insert(database, row, least, nothing);
  expect(await found(database)).toEqual([row, least, nothing]);
});

test("the first and the last moment come back", async ({ database }) => {
  const moments = ["0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"];
  await insert(database, ...moments.map((moment) => ({ moment: new Date(moment) })));
  const back = await found(database, "moment");
  expect(back.map(({ moment }) => moment?.toISOString())).toEqual(moments);
});

test("text sorts by code point", async ({ database }) => {
  const words = ["a", "B", "é", "Z", "_", "10", "9", "😀", "ﬀ", "a "];
  await insert(database, ...words.map((text) => ({ text })));
  const sorted = words.toSorted((one, other) => Buffer.from(one).compare(Buffer.from(other)));
  expect((await found(database, "text")).map(({ text }) => text)).toEqual(sorted);
});

test("decimals compare as numbers", async ({ database }) => {
  const numbers = ["9.5", "10.25", "-3"].map((digits) => new Big(digits));
  await insert(database, ...numbers.map((number) => ({ number })));
  const least = samples.field("number").store(new Big("9.5"));
  const rows = await database.read((db) =>
    db.selectFrom(TABLE).selectAll().where("number", ">=", least).orderBy("number").execute(),
  );
  const back = rows.map((row) => String(samples.load(row as Stored).number));
  expect(back).toEqual(["9.5", "10.25"]);
});

test("a write is all or nothing", async ({ database }) => {
  const work = async ({ db }: Session): Promise<void> => {
    await db
      .insertInto(TABLE)
      .values(samples.store({ ...NOTHING, id: id(0) }))
      .execute();
    throw new RangeError("half-way");
  };
  await expect(database.write(work)).rejects.toThrow(RangeError);
  expect(await found(database)).toEqual([]);
});

test("a savepoint takes back what came after it", async ({ database }) => {
  const add = (db: Connection, number: number) =>
    db
      .insertInto(TABLE)
      .values(samples.store({ ...NOTHING, id: id(number) }))
      .execute();
  await database.write(async ({ db }) => {
    await add(db, 0);
    const outer = await db.savepoint("outer_point").execute();
    await add(outer, 1);
    const inner = await outer.savepoint("inner_point").execute();
    await add(inner, 2);
    await inner.releaseSavepoint("inner_point").execute();
    await outer.rollbackToSavepoint("outer_point").execute();
    await add(db, 3);
  });
  expect((await found(database)).map((row) => row.id)).toEqual([id(0), id(3)]);
});

test("constraints are told by their kind", async ({ database }) => {
  const failed = async (work: () => Promise<unknown>): Promise<unknown> => {
    try {
      await work();
    } catch (error) {
      return violationOf(error);
    }
    return "nothing";
  };
  expect(await failed(() => insert(database, { id: id(0) }, { id: id(0) }))).toBe("unique");
  const card = { id: id(1), version: 1, folder_id: id(9) };
  const now = samples.field("moment").store(new Date());
  const referring = { ...card, created_at: now, updated_at: now };
  const refer = database.db.insertInto("machinery__cards").values(referring);
  expect(await failed(() => refer.execute())).toBe("foreign_key");
  const lacking = database.db.insertInto(TABLE).values({ ...samples.store(NOTHING), id: null });
  expect(await failed(() => lacking.execute())).toBe("not_null");
  expect(await failed(() => sql`SELECT * FROM nowhere`.execute(database.db))).toBeUndefined();
  expect(violationOf(new Error("no"))).toBeUndefined();
});

test("a database that is away is 503", async ({ open }) => {
  const database = open({ DATABASE_URL: UNREACHABLE_URL });
  await expect(database.ping()).rejects.toMatchObject(AWAY);
  await expect(database.write(async () => undefined)).rejects.toMatchObject(AWAY);
});

test("an exhausted pool is 503 and recovers", async ({ open }) => {
  const database = open({ DATABASE_POOL_SIZE: "1", DATABASE_TIMEOUT_MS: "100" });
  await database.db.connection().execute(async (db) => {
    await sql`SELECT 1`.execute(db);
    expect(database.inUse).toBe(1);
    await expect(database.ping()).rejects.toMatchObject(AWAY);
  });
  await database.ping();
  expect(database.inUse).toBe(0);
});

test("a busy writer is 503 and recovers", async ({ open }) => {
  const database = open({ DATABASE_TIMEOUT_MS: "200" });
  const { promise: held, resolve } = Promise.withResolvers<void>();
  const hold = database.write(async (session) => {
    await database.lock(session, "held");
    resolve();
    await sleep(600);
  });
  await held;
  const want = (): Promise<void> => database.write((session) => database.lock(session, "held"));
  await expect(want()).rejects.toMatchObject(AWAY);
  await hold;
  await want();
});

test("a mistake in a query is not 503", async ({ database }) => {
  for (const text of ["SELECT * FROM nowhere", "SELEC"]) {
    const asking = database.read((db) => sql.raw(text).execute(db));
    const error: unknown = await asking.catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(ApiError);
  }
  expect(logged("database unavailable")).toEqual([]);
});

test("rows count once they are committed", async ({ database }) => {
  const count = (): number => database.created.get("Sample") ?? 0;
  const before = count();
  await database.write(async ({ created }) => {
    created.push("Sample");
    expect(count()).toBe(before);
  });
  expect(count()).toBe(before + 1);
  const failing = database.write(async ({ created }) => {
    created.push("Sample");
    throw new RangeError("no");
  });
  await expect(failing).rejects.toThrow(RangeError);
  expect(count()).toBe(before + 1);
});

test("a session tells which tables it wrote", async ({ database }) => {
  await database.write(async ({ db, written }) => {
    await db.selectFrom(TABLE).selectAll().execute();
    await sql`SELECT 1`.execute(db);
    expect([...written]).toEqual([]);
    await db
      .insertInto(TABLE)
      .values(samples.store({ ...NOTHING, id: id(0) }))
      .execute();
    await db.updateTable("machinery__tags").set({ name: "x" }).execute();
    await db.deleteFrom("machinery__pins").execute();
    expect([...written]).toEqual([TABLE, "machinery__tags", "machinery__pins"]);
    await sql`DELETE FROM machinery__slips`.execute(db);
    expect([...written]).toContain("*");
  });
});

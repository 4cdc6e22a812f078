/** What MySQL does otherwise unless it is told: texts, keys of deleted rows, sessions, locks. */

import { sql } from "kysely";
import { expect } from "vitest";
import type { Database } from "../../src/core/database.ts";
import { contains, violationOf } from "../../src/core/driver.ts";
import { test } from "../fixtures.ts";
import { folders, samples } from "./machinery/resources.ts";

function id(number: number): string {
  return `01940000-0000-7000-8000-${String(number).padStart(12, "0")}`;
}

async function insert({ db }: Database, ...texts: string[]): Promise<void> {
  const rows = texts.map((text, at) => ({ id: id(at), text }));
  await db.insertInto(samples.table).values(rows).execute();
}

test("every character counts", async ({ database }) => {
  const alike = ["a", "a ", "A", "\u00e1", "a\u0301", "\uff41", "a\t"];
  await insert(database, ...alike);
  const select = database.db.selectFrom(samples.table).select("text");
  for (const text of alike) {
    expect(await select.where("text", "=", text).execute()).toEqual([{ text }]);
  }
  const sorted = alike.toSorted((one, other) => Buffer.from(one).compare(Buffer.from(other)));
  const rows = await select.orderBy("text").execute();
  expect(rows.map(({ text }) => text)).toEqual(sorted);
});

test("a search folds ASCII letters at least, and takes nothing for a pattern", async ({
  database,
}) => {
  await insert(database, "ABC xyz", "100%", "a_b");
  const found = async (text: string): Promise<unknown[]> => {
    const select = database.db.selectFrom(samples.table).select("text");
    const rows = await select.where((eb) => contains(eb.ref("text"), text)).execute();
    return rows.map((row) => row["text"]);
  };
  expect(await found("abc XYZ")).toEqual(["ABC xyz"]);
  expect(await found("%")).toEqual(["100%"]);
  expect(await found("_")).toEqual(["a_b"]);
});

test("a key counts live rows alone", async ({ database }) => {
  let number = 0;
  const add = (deletedAt: Date | null): Promise<unknown> => {
    const now = new Date();
    const values = { id: id(number++), name: "one", version: 1, deletedAt };
    const stored = folders.store({ ...values, createdAt: now, updatedAt: now });
    return database.db.insertInto(folders.table).values(stored).execute();
  };
  await add(new Date());
  await add(new Date());
  await add(null);
  const error: unknown = await add(null).catch((caught: unknown) => caught);
  expect(violationOf(error)).toBe("unique");
});

test("a session is strict, in UTC, and sees what was committed", async ({ database }) => {
  const { rows } = await sql<{ Value: string }>`SHOW SESSION VARIABLES
    WHERE variable_name IN ('tx_isolation', 'transaction_isolation')`.execute(database.db);
  expect(new Set(rows.map(({ Value }) => Value))).toEqual(new Set(["READ-COMMITTED"]));
  const zone = await sql<{ zone: string }>`SELECT @@time_zone AS zone`.execute(database.db);
  expect(zone.rows).toEqual([{ zone: "+00:00" }]);
  await expect(insert(database, "x".repeat(51))).rejects.toThrow("Data too long");
});

test("a lock ends with its transaction", async ({ database }) => {
  for (let round = 0; round < 3; round++) {
    await database.write((session) => database.lock(session, "again"));
  }
  await database.write(async (session) => {
    await database.lock(session, "again");
    await database.write((other) => database.lock(other, "another"));
  });
});

/** Migrations: up, down and up again, and nothing that the code needs is missing. */

import { expect } from "vitest";
import type { Database } from "../../src/core/database.ts";
import { Repository } from "../../src/core/repository.ts";
import { migrate, statementsOf } from "../../src/migrate.ts";
import { unindexedReferences } from "../engine.ts";
import { test } from "../fixtures.ts";
import { isOurs, tablesOf } from "../tables.ts";

async function migrated(database: Database): Promise<string[]> {
  return (await tablesOf(database)).filter((name) => !isOurs(name)).sort();
}

test("tables have the columns that the code knows", async ({ database }) => {
  const tables = await database.db.introspection.getTables();
  const repositories = Repository.all();
  expect(repositories.length).toBeGreaterThan(0);
  for (const { table, columns } of repositories) {
    const found = tables.find(({ name }) => name === table);
    // A column that is computed is for the database alone.
    const kept = (found?.columns ?? []).filter(({ name }) => name !== "live");
    const shape = kept.map(({ name, isNullable }) => [name, isNullable]);
    const wanted = columns.map(([, field]) => [field.column, field.traits.optional]);
    expect(Object.fromEntries(shape), table).toEqual(Object.fromEntries(wanted));
  }
});

test("every foreign key has an index", async ({ database }) => {
  expect(await unindexedReferences(database)).toEqual([]);
});

test("down and up again, and no start migrates", async ({ database, start }) => {
  const everything = await migrated(database);
  expect(everything).toContain("idempotency_keys");
  while ((await migrate(database, "down")).length > 0) {
    // One migration after the other.
  }
  expect(await migrated(database)).toEqual([]);
  const other = await start();
  await other.app.runtime.database.ping();
  expect(await migrated(database)).toEqual([]);
  expect(await migrate(database, "up")).not.toEqual([]);
  expect(await migrate(database, "up")).toEqual([]);
  expect(await migrated(database)).toEqual(everything);
});

test("comments alone are no statement", () => {
  const text = "-- First.\nSELECT 1;\n\nSELECT '-- 2';\n\n-- Last.\n  -- Really.\n";
  expect(statementsOf(text)).toEqual(["-- First.\nSELECT 1", "SELECT '-- 2'"]);
});

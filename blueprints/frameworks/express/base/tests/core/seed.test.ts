/** `make seed`: once, twice, and never in production. */

import { expect } from "vitest";
import type { Database } from "../../src/core/database.ts";
import { Nth, type Seed, storeSeeds } from "../../src/core/seeding.ts";
import { SEEDS } from "../../src/seed.ts";
import { test } from "../fixtures.ts";
import { started, statusOf } from "../process.ts";

const WHOLE = SEEDS.map(({ examples }) => examples.length);

/** How many rows there are of everything that is seeded. */
async function counts(database: Database): Promise<number[]> {
  const found: number[] = [];
  for (const { repository } of SEEDS) {
    const rows = await repository.select(database.db, true).select("id").execute();
    found.push(rows.length);
  }
  return found;
}

test("there are examples of something", () => {
  expect(WHOLE.filter((count) => count === 0)).toEqual([]);
  expect(WHOLE).not.toEqual([]);
});

test("twice is the same as once", async ({ database }) => {
  for (let time = 0; time < 2; time++) {
    await storeSeeds(database, SEEDS);
    expect(await counts(database)).toEqual(WHOLE);
  }
});

test("the command knows every table that it needs", { timeout: 60_000 }, async ({ database }) => {
  const command = started("seed.ts", { APP_ENV: "development" });
  expect(await statusOf(command), command.faults()).toBe(0);
  expect(await counts(database)).toEqual(WHOLE);
});

test("production is refused", { timeout: 60_000 }, async ({ database }) => {
  const command = started("seed.ts", { APP_ENV: "production" });
  expect(await statusOf(command)).toBe(1);
  expect(command.faults()).toContain("seed: refused in production\n");
  expect(new Set(await counts(database))).toEqual(new Set([0]));
});

test("it stays clear of rows that are there", async ({ database }) => {
  const values = SEEDS.flatMap(({ examples }) => examples.flatMap((row) => Object.values(row)));
  const targets = values.flat().flatMap((value) => (value instanceof Nth ? value.repository : []));
  const isTarget = ({ repository }: Seed): boolean => targets.includes(repository);
  const few = SEEDS.filter(isTarget).map((seed) => ({
    ...seed,
    examples: seed.examples.slice(0, 1),
  }));
  await storeSeeds(database, few);
  await storeSeeds(database, SEEDS);
  const found = await counts(database);
  expect(found.filter((_, at) => isTarget(SEEDS[at] as Seed))).toEqual(few.map(() => 1));
});

/** Jobs that are asked for by themselves. */

import { expect, vi } from "vitest";
import { type AnyJob, Job } from "../../src/background/jobs.ts";
import { Schedules } from "../../src/background/schedules.ts";
import { createBody } from "../../src/core/bodies.ts";
import type { Database } from "../../src/core/database.ts";
import { JOBS } from "../../src/jobs/registry.ts";
import { test } from "../fixtures.ts";
import { jobsIn } from "../jobs.ts";

function scheduled(schedule?: string): AnyJob {
  const input = createBody({});
  const run = async (): Promise<void> => undefined;
  return new Job({
    name: "tidy",
    queue: "low",
    input,
    run,
    ...(schedule === undefined ? {} : { schedule }),
  });
}

const NIGHTLY = scheduled("0 3 * * MON");

/** Look at the clock at this time, as a process that has just been started does. */
function at(database: Database, time: string, job = NIGHTLY): Promise<number> {
  return new Schedules(database, [job]).fire(new Date(time));
}

test("a time that comes asks once, and what is new starts now", async ({ database }) => {
  const schedules = new Schedules(database, [NIGHTLY, scheduled()]);
  // A Monday.
  expect(await schedules.fire(new Date("2026-03-02T02:59:59.900Z"))).toBe(0);
  expect(await schedules.fire(new Date("2026-03-02T03:00:00.000Z"))).toBe(1);
  expect(await schedules.fire(new Date("2026-03-02T03:00:01.000Z"))).toBe(0);
  expect(await schedules.fire(new Date("2026-03-03T03:00:00.000Z"))).toBe(0);
  expect(await jobsIn(database)).toMatchObject([{ name: "tidy", queue: "low", attempts: 0 }]);
});

test("several processes ask once", async ({ database }) => {
  await at(database, "2026-03-02T00:00:00Z");
  const time = "2026-03-02T03:00:00.500Z";
  const asked = await Promise.all([at(database, time), at(database, time), at(database, time)]);
  expect(asked.sort()).toEqual([0, 0, 1]);
  expect(await jobsIn(database)).toHaveLength(1);
});

test("a missed time is made up for, once", async ({ database }) => {
  await at(database, "2026-03-01T00:00:00Z");
  // Three Mondays later.
  expect(await at(database, "2026-03-18T12:00:00Z")).toBe(1);
  expect(await at(database, "2026-03-18T12:00:01Z")).toBe(0);
  expect(await jobsIn(database)).toHaveLength(1);
});

test("times are those of UTC", async ({ database }) => {
  vi.stubEnv("TZ", "America/New_York");
  try {
    await at(database, "2026-03-08T05:00:00Z", scheduled("30 6 * * *"));
    expect(await at(database, "2026-03-08T06:29:59Z", scheduled("30 6 * * *"))).toBe(0);
    expect(await at(database, "2026-03-08T06:30:00Z", scheduled("30 6 * * *"))).toBe(1);
  } finally {
    vi.unstubAllEnvs();
  }
});

test("the clock is looked at until the end", async ({ database }) => {
  const stop = new Schedules(database, JOBS).start();
  const names = JOBS.filter(({ schedule }) => schedule !== undefined).map(({ name }) => name);
  await vi.waitFor(async () => {
    const rows = await database.db.selectFrom("schedules").select("name").execute();
    expect(rows.map(({ name }) => name).sort()).toEqual(names.sort());
  });
  await stop();
});

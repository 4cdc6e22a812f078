/** Jobs: kept until done, tried again, given up in the end. */

import { setTimeout as sleep } from "node:timers/promises";
import Big from "big.js";
import { sql } from "kysely";
import { expect, vi } from "vitest";
import { enqueue, Job, type JobContext, QUEUES } from "../../src/background/jobs.ts";
import { JobWork, Work } from "../../src/background/work.ts";
import { createBody } from "../../src/core/bodies.ts";
import type { Database } from "../../src/core/database.ts";
import * as field from "../../src/core/fields.ts";
import { failedJobs } from "../../src/failed-jobs.ts";
import { test } from "../fixtures.ts";
import { dueAt, jobsIn, runDue, runnerFor, setDue } from "../jobs.ts";
import { logged } from "../logs.ts";

const input = createBody({
  x: field.string({ column: "x", default: "" }),
  total: field.decimal({ column: "total", scale: 2, optional: true }),
});
type Told = { x: string; total: Big | null };
type Did = (context: JobContext) => Promise<void>;

interface Options {
  readonly name?: string;
  readonly queue?: (typeof QUEUES)[number];
  readonly attempts?: number;
  /** What it does after it has written down what it was told. */
  readonly then?: Did;
}

/** A job that writes down what it is told. */
function recording({ then, ...options }: Options = {}) {
  const seen: Told[] = [];
  const job = new Job({
    name: "record",
    ...options,
    input,
    async run(told, context) {
      seen.push(told);
      await then?.(context);
    },
  });
  const ask = (database: Database, x = ""): Promise<string> =>
    database.write(({ db }) => enqueue(db, job, { x, total: null }));
  return { job, seen, ask, names: () => seen.map(({ x }) => x) };
}

async function fail(): Promise<void> {
  throw new RangeError("the mail server went away");
}

test("a rolled-back write asks for nothing", async ({ database }) => {
  const { job } = recording();
  const failing = database.write(async ({ db }) => {
    await enqueue(db, job, { x: "1", total: null });
    throw new RangeError("no");
  });
  await expect(failing).rejects.toThrow(RangeError);
  expect(await jobsIn(database)).toEqual([]);
});

test("a job runs once and is gone", async ({ database, service }) => {
  const { job, names, ask } = recording();
  await ask(database, "1");
  const { runtime } = service.app;
  await Promise.all([runDue(runtime, [job]), runDue(runtime, [job]), runDue(runtime, [job])]);
  expect(names()).toEqual(["1"]);
  expect(await jobsIn(database)).toEqual([]);
});

test("what a job is told keeps its types", async ({ database, service }) => {
  const { job, seen } = recording();
  const total = new Big("12.50");
  await database.write(({ db }) => enqueue(db, job, { x: "é", total }));
  await runDue(service.app.runtime, [job]);
  expect(seen).toMatchObject([{ x: "é" }]);
  expect(String(seen[0]?.total)).toBe("12.5");
});

test("a failing job is tried five times, then kept", async ({ database, service }) => {
  const { job, seen, ask } = recording({ then: fail });
  await ask(database);
  const pauses: number[] = [];
  for (let attempt = 0; attempt < 5; attempt++) {
    await setDue(database);
    const before = Date.now();
    expect(await runDue(service.app.runtime, [job])).toBe(1);
    const [row] = await jobsIn(database);
    pauses.push(dueAt(row) - before);
  }
  for (const [attempt, pause] of pauses.slice(0, 4).entries()) {
    expect(pause).toBeGreaterThanOrEqual(1000 * 2 ** attempt);
    expect(pause).toBeLessThan(1500 * 2 ** attempt + 500);
  }
  await setDue(database);
  expect(await runDue(service.app.runtime, [job])).toBe(0);
  expect(await jobsIn(database)).toMatchObject([
    { status: "failed", attempts: 5, error: "RangeError: the mail server went away" },
  ]);
  expect(seen).toHaveLength(5);
  expect(logged("job failed")).toHaveLength(5);
});

test("a job may say how often it is tried", async ({ database, service }) => {
  const { job, ask } = recording({ attempts: 1, then: fail });
  await ask(database);
  await runDue(service.app.runtime, [job]);
  expect(await jobsIn(database)).toMatchObject([{ status: "failed", attempts: 1 }]);
});

test("a job that nobody knows fails", async ({ database, service }) => {
  await recording().ask(database);
  await runDue(service.app.runtime, []);
  expect(await jobsIn(database)).toMatchObject([
    { status: "failed", error: "Error: there is no job record" },
  ]);
});

test("a job that was told nonsense fails", async ({ database, service }) => {
  const { job, seen, ask } = recording();
  await ask(database);
  await database.db.updateTable("jobs").set({ arguments: '{"y": 1}' }).execute();
  await runDue(service.app.runtime, [job]);
  expect(await jobsIn(database)).toMatchObject([
    { error: "Error: wrong arguments: y is no field here" },
  ]);
  expect(seen).toEqual([]);
});

test("failed jobs are listed and put back", async ({ database, service }) => {
  const broken = recording({ attempts: 1, then: fail });
  const ids = [await broken.ask(database, "1"), await broken.ask(database, "2")];
  const { runtime } = service.app;
  expect(await failedJobs(database, "list")).toEqual(["no job has failed"]);
  await runDue(runtime, [broken.job]);
  const line = "record attempts=1 RangeError: the mail server went away";
  expect(await failedJobs(database, "list")).toEqual(ids.map((id) => `${id} ${line}`));
  expect(await failedJobs(database, "retry", ids.slice(1))).toEqual(["jobs put back: 1"]);
  const { job, names } = recording();
  expect(await runDue(runtime, [job])).toBe(1);
  expect(await failedJobs(database, "retry")).toEqual(["jobs put back: 1"]);
  expect(await runDue(runtime, [job])).toBe(1);
  expect(names()).toEqual(["2", "1"]);
  expect(await jobsIn(database)).toEqual([]);
});

test("the most urgent job is first", async ({ database, service }) => {
  const order: string[] = [];
  const jobs = [...QUEUES]
    .reverse()
    .map((queue) => recording({ name: queue, queue, then: async () => void order.push(queue) }));
  for (const { ask } of jobs) {
    await ask(database);
  }
  await runDue(
    service.app.runtime,
    jobs.map(({ job }) => job),
  );
  expect(order).toEqual(QUEUES);
});

test("a job that was lost with its process runs again", async ({ database, service }) => {
  const { runtime } = service.app;
  const { job, names, ask } = recording();
  const { table } = runnerFor(runtime, [job]);
  const id = await ask(database, "1");
  // A process that takes it, and dies.
  expect(await table.take(id)).toMatchObject({ id, attempts: 1 });
  expect(dueAt((await jobsIn(database))[0]) - Date.now()).toBeGreaterThan(20_000);
  expect(await table.take(id)).toBeUndefined();
  expect(await runDue(runtime, [job])).toBe(0);
  await setDue(database);
  expect(await runDue(runtime, [job])).toBe(1);
  expect(names()).toEqual(["1"]);
});

test("a job that ends its process is given up in the end", async ({ database, service }) => {
  const { job, seen, ask } = recording({ attempts: 2 });
  const { runtime } = service.app;
  const { table } = runnerFor(runtime, [job]);
  const id = await ask(database);
  for (let life = 0; life < 2; life++) {
    await setDue(database);
    await table.take(id);
  }
  await setDue(database);
  await runDue(runtime, [job]);
  expect(await jobsIn(database)).toMatchObject([
    { status: "failed", error: "Error: the process that ran it is gone" },
  ]);
  expect(seen).toEqual([]);
});

test("a job that runs is kept, however long it takes", async ({ database, service }) => {
  const { runtime } = service.app;
  const leases: number[] = [];
  const { job, ask } = recording({
    async then() {
      await vi.waitFor(async () => {
        const [row] = await jobsIn(database);
        leases.push(dueAt(row));
        expect(new Set(leases).size).toBeGreaterThan(2);
      });
    },
  });
  const { runner } = runnerFor(runtime, [job]);
  runner.renewMs = 20;
  await ask(database);
  await runner.runDue();
  expect(await jobsIn(database)).toEqual([]);
});

test("a job that takes too long is tried again", async ({ database, service }) => {
  let aborted = false;
  const { job, ask } = recording({
    async then({ signal }) {
      await sleep(5000, undefined, { signal }).catch(() => undefined);
      aborted = signal.aborted;
    },
  });
  const { runner } = runnerFor(service.app.runtime, [job]);
  runner.limitMs = 50;
  await ask(database);
  await runner.runDue();
  expect(await jobsIn(database)).toMatchObject([
    { status: "pending", attempts: 1, error: "LateError: not done within 0.05 s" },
  ]);
  await vi.waitFor(() => expect(aborted).toBe(true));
});

test("a few jobs run at the same time, and the end waits for them", async ({
  database,
  service,
}) => {
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  let running = 0;
  let done = 0;
  const { job, ask } = recording({
    async then() {
      running++;
      await gate;
      done++;
    },
  });
  for (let number = 0; number < 7; number++) {
    await ask(database);
  }
  const stop = runnerFor(service.app.runtime, [job]).runner.start();
  await vi.waitFor(() => expect(running).toBe(5), { timeout: 5000 });
  await sleep(300);
  expect(running).toBe(5);
  const stopped = stop();
  open();
  await stopped;
  expect([running, done]).toEqual([5, 5]);
  expect(await jobsIn(database)).toHaveLength(2);
});

test("jobs outlive a table that cannot be used", async ({ database, service }) => {
  const { job, names, ask } = recording();
  const rename = (from: string, to: string): Promise<unknown> =>
    sql`ALTER TABLE ${sql.table(from)} RENAME TO ${sql.table(to)}`.execute(database.db);
  await rename("jobs", "jobs_away");
  const stop = runnerFor(service.app.runtime, [job]).runner.start();
  try {
    await vi.waitFor(() => expect(logged("cannot look for jobs")).not.toEqual([]));
  } finally {
    await rename("jobs_away", "jobs");
  }
  await ask(database, "after the trouble");
  await vi.waitFor(() => expect(names()).toEqual(["after the trouble"]), { timeout: 5000 });
  await stop();
});

test("a service without anything to do stops at once", async ({ service, database: _ }) => {
  const stop = new Work([new JobWork(service.app.runtime)]).start();
  await stop();
  expect(logged().filter((line) => line["level"] === "error")).toEqual([]);
});

/** Jobs by the broker: it carries their ids, the table knows the rest. */

import { v7 as uuid7 } from "uuid";
import { expect, vi } from "vitest";
import { JobInstruments } from "../../src/background/instruments.ts";
import { JobTable } from "../../src/background/job-table.ts";
import { type AnyJob, enqueueBare, Job, QUEUES, type Queue } from "../../src/background/jobs.ts";
import { Runner } from "../../src/background/runner.ts";
import { sendDue, startSending } from "../../src/background/sending.ts";
import { createBody } from "../../src/core/bodies.ts";
import type { Database } from "../../src/core/database.ts";
import { storage } from "../../src/core/driver.ts";
import type { Resources } from "../../src/core/runtime.ts";
import { test as plain } from "../fixtures.ts";
import { jobsIn, setDue } from "../jobs.ts";
import { Backend } from "./backend.ts";

const order: Queue[] = [];
/** A job for each queue, which writes its queue down. */
const JOBS: readonly AnyJob[] = QUEUES.map((queue) => {
  const input = createBody({});
  return new Job({ name: queue, queue, input, run: async () => void order.push(queue) });
});

const test = plain.extend("backend", async ({ database }, { onCleanup }) => {
  order.length = 0;
  const backend = new Backend(database, [], uuid7());
  onCleanup(async () => {
    await backend.remove();
    await backend.broker.close();
  });
  return backend;
});

/** A worker that takes the jobs that the broker has. */
function workerOf(resources: Resources, { broker }: Backend): Runner {
  const table = new JobTable(resources.database);
  const instruments = new JobInstruments(JOBS);
  return new Runner({ resources, jobs: JOBS, table, source: broker, instruments });
}

/** Ask for a job of each queue, the most urgent last. */
async function askAll(database: Database): Promise<void> {
  for (const job of [...JOBS].reverse()) {
    await database.write(({ db }) => enqueueBare(db, job));
  }
}

test("the most urgent job at hand is first, and each runs once", async ({
  backend,
  database,
  service,
}) => {
  await askAll(database);
  const worker = workerOf(service.app.runtime, backend);
  expect(await worker.runDue()).toBe(0);
  expect(await sendDue(database, backend.broker)).toBe(3);
  expect(await sendDue(database, backend.broker)).toBe(0);
  expect(await worker.runDue()).toBe(3);
  expect(order).toEqual(QUEUES);
  expect(await jobsIn(database)).toEqual([]);
});

test("what the broker has lost is sent again", async ({ backend, database, service }) => {
  await askAll(database);
  await sendDue(database, backend.broker);
  await backend.remove();
  expect(await sendDue(database, backend.broker)).toBe(0);
  const long = storage.moment.store(new Date(Date.now() - 601_000));
  await database.db.updateTable("jobs").set({ sent_at: long }).execute();
  const worker = workerOf(service.app.runtime, backend);
  await vi.waitFor(async () => {
    // The first question tells that the server has forgotten everything.
    await sendDue(database, backend.broker);
    await worker.runDue();
    expect(await jobsIn(database)).toEqual([]);
  }, 5000);
  expect(order).toHaveLength(3);
});

test("a job that is sent twice runs once", async ({ backend, database, service }) => {
  await askAll(database);
  await sendDue(database, backend.broker);
  await database.db.updateTable("jobs").set({ sent_at: null }).execute();
  await sendDue(database, backend.broker);
  expect(await workerOf(service.app.runtime, backend).runDue()).toBe(3);
  expect(order).toHaveLength(3);
});

test("a job whose worker is gone is sent again once its lease has ended", async ({
  backend,
  database,
  service,
}) => {
  await askAll(database);
  await sendDue(database, backend.broker);
  const table = new JobTable(database);
  for (;;) {
    const found = await backend.broker.next();
    if (found === undefined) {
      break;
    }
    expect(await table.take(found.id)).toMatchObject({ attempts: 1 });
    await found.seen();
  }
  expect(await sendDue(database, backend.broker)).toBe(0);
  await setDue(database);
  expect(await sendDue(database, backend.broker)).toBe(3);
  expect(await workerOf(service.app.runtime, backend).runDue()).toBe(3);
});

test("jobs are sent as they become due", async ({ backend, database, service }) => {
  const stops = [
    startSending(database, backend.broker),
    workerOf(service.app.runtime, backend).start(),
  ];
  await askAll(database);
  await vi.waitFor(async () => expect(await jobsIn(database)).toEqual([]), { timeout: 10_000 });
  await Promise.all(stops.map((stop) => stop()));
  expect([...order].sort()).toEqual([...QUEUES].sort());
});

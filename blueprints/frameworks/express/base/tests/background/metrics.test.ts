/** What Prometheus is told of jobs. */

import { Registry } from "prom-client";
import { expect } from "vitest";
import { enqueueBare, QUEUES } from "../../src/background/jobs.ts";
import { JobWork, Work } from "../../src/background/work.ts";
import { JOBS } from "../../src/jobs/registry.ts";
import { UNREACHABLE_URL } from "../engine.ts";
import { test } from "../fixtures.ts";
import { jobsIn } from "../jobs.ts";
import { logged } from "../logs.ts";
import { makeSettings } from "../service.ts";

test("jobs are counted by what came of them, and those that wait by their queue", async ({
  database,
  service,
}) => {
  const work = new Work([new JobWork(service.app.runtime)]);
  const registry = new Registry();
  work.register(registry);
  const text = await registry.metrics();
  for (const { name } of JOBS) {
    expect(text).toContain(`jobs_total{job="${name}",outcome="failed"} 0`);
  }
  const [cleanUp] = JOBS;
  if (cleanUp !== undefined) {
    await database.write(({ db }) => enqueueBare(db, cleanUp));
  }
  const depths = QUEUES.map((queue) => [queue, queue === cleanUp?.queue ? 1 : 0]);
  const waiting = await registry.metrics();
  for (const [queue, depth] of depths) {
    expect(waiting).toContain(`queue_depth{queue="${queue}"} ${depth}`);
  }
  const stop = work.start();
  await expect.poll(() => jobsIn(database)).toEqual([]);
  await stop();
  const done = await registry.metrics();
  expect(done).toContain(`jobs_total{job="${cleanUp?.name}",outcome="done"} 1`);
  expect(done).toContain(`job_duration_seconds_count{job="${cleanUp?.name}"} 1`);
});

test("without the database nobody knows how much waits", async ({ open }) => {
  const variables = { DATABASE_URL: UNREACHABLE_URL };
  const resources = { database: open(variables), settings: makeSettings(variables) };
  const registry = new Registry();
  new Work([new JobWork(resources)]).register(registry);
  expect(await registry.metrics()).not.toContain("queue_depth{");
  expect(logged("cannot count what waits")).toHaveLength(1);
});

/** Jobs, as tests ask for them, run them and look at them. */

import { JobInstruments } from "../src/background/instruments.ts";
import { JobTable } from "../src/background/job-table.ts";
import type { AnyJob } from "../src/background/jobs.ts";
import { Runner } from "../src/background/runner.ts";
import type { Database } from "../src/core/database.ts";
import { storage } from "../src/core/driver.ts";
import type { Resources } from "../src/core/runtime.ts";
import { JOBS } from "../src/jobs/registry.ts";

/** A runner of these jobs, and the table that it takes them from. */
export function runnerFor(
  resources: Resources,
  jobs: readonly AnyJob[] = JOBS,
): { readonly runner: Runner; readonly table: JobTable } {
  const table = new JobTable(resources.database);
  const instruments = new JobInstruments(jobs);
  const runner = new Runner({ resources, jobs, table, source: table, instruments });
  return { runner, table };
}

/** Run every job that is due; returns how many were tried. */
export function runDue(resources: Resources, jobs?: readonly AnyJob[]): Promise<number> {
  return runnerFor(resources, jobs).runner.runDue();
}

/** The rows of the table of jobs, in the order in which they were asked for. */
export function jobsIn({ db }: Database): Promise<Record<string, unknown>[]> {
  return db.selectFrom("jobs").selectAll().orderBy("id").execute();
}

/** When a job is due. */
export function dueAt(job: Record<string, unknown> | undefined): number {
  return storage.moment.load(job?.["run_at"]).getTime();
}

/** Let every job be due at this time. */
export async function setDue({ db }: Database, time = Date.now()): Promise<void> {
  await db
    .updateTable("jobs")
    .set({ run_at: storage.moment.store(new Date(time)) })
    .execute();
}

/** Runs the jobs of the job table inside the service. */

import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { storage } from "../core/driver.ts";
import { ApiError } from "../core/errors.ts";
import { log } from "../core/logging.ts";
import type { Runtime } from "../core/runtime.ts";
import { JOBS, type JobArguments } from "./queue.ts";
import { HANDLERS, PERIODIC } from "./registry.ts";

const ATTEMPTS = 5;
const POLL_MS = 500;
const TROUBLE_MS = 5000;
const PERIOD_MS = 3_600_000;
// How long a job may take before it is believed lost with its process, and run again.
const LEASE_MS = 120_000;

/** What jobs are given, and where they are kept. */
type Work = Pick<Runtime, "database" | "settings">;

/** A job that was taken; `attempts` counts this one. */
interface Job {
  readonly id: string;
  readonly name: string;
  readonly arguments: JobArguments;
  readonly attempts: number;
}

/** Run jobs, at least once whatever crashes; what is returned ends that, after the present job. */
export function startJobs(work: Work): () => Promise<void> {
  const stopping = new AbortController();
  const loops = Promise.all([keepWorking(work, stopping.signal), keepTidy(work, stopping.signal)]);
  return async () => {
    stopping.abort();
    await loops;
  };
}

/** Run every job that is due; returns how many were tried. */
export async function runDue(work: Work): Promise<number> {
  for (let tried = 0; ; tried++) {
    if (!(await runNext(work))) {
      return tried;
    }
  }
}

async function keepWorking(work: Work, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    let pause = POLL_MS;
    try {
      if (await runNext(work)) {
        continue;
      }
    } catch (error) {
      // That the database is away has been logged.
      if (!(error instanceof ApiError)) {
        // Such as a database that nobody has migrated yet.
        log.error({ err: error }, "cannot use the table of jobs");
        pause = TROUBLE_MS;
      }
    }
    await wait(pause, stopping);
  }
}

async function keepTidy({ database, settings }: Work, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    for (const tidy of PERIODIC) {
      try {
        await tidy(database, settings);
      } catch (error) {
        if (!(error instanceof ApiError)) {
          log.error({ err: error }, "cannot tidy up");
        }
      }
    }
    await wait(PERIOD_MS, stopping);
  }
}

/** Wait, but no longer than until the end. */
async function wait(ms: number, stopping: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: stopping }).catch(() => undefined);
}

/** Run the job that is due next; false when there is none. */
async function runNext(work: Work): Promise<boolean> {
  const job = await claim(work);
  if (job === undefined) {
    return false;
  }
  try {
    const handler = HANDLERS.get(job.name);
    if (handler === undefined) {
      throw new Error(`there is no job ${job.name}`);
    }
    await handler(work.database, work.settings, job.arguments);
  } catch (error) {
    await failed(work, job, error);
    return true;
  }
  await work.database.write(({ db }) => db.deleteFrom(JOBS).where("id", "=", job.id).execute());
  return true;
}

/** Take the job that has been due longest; others see it only when its lease has ended. */
async function claim({ database }: Work): Promise<Job | undefined> {
  const now = Date.now();
  const due = await database.read((db) =>
    db
      .selectFrom(JOBS)
      .select(["id", "name", "arguments", "attempts"])
      .where("status", "=", "pending")
      .where("run_at", "<=", storage.moment.store(new Date(now)))
      .orderBy("run_at")
      .orderBy("id")
      .limit(1)
      .executeTakeFirst(),
  );
  if (due === undefined) {
    return undefined;
  }
  const job: Job = {
    id: String(due["id"]),
    name: String(due["name"]),
    arguments: storage.json<JobArguments>().load(due["arguments"]),
    attempts: Number(due["attempts"]) + 1,
  };
  // Of two who take it, only one changes the row.
  const { numUpdatedRows } = await database.write(({ db }) =>
    db
      .updateTable(JOBS)
      .set({ run_at: storage.moment.store(new Date(now + LEASE_MS)), attempts: job.attempts })
      .where("id", "=", job.id)
      .where("status", "=", "pending")
      .where("attempts", "=", job.attempts - 1)
      .executeTakeFirstOrThrow(),
  );
  return numUpdatedRows === 0n ? undefined : job;
}

/** Try again later, twice as late each time and never all at once; give up in the end. */
async function failed({ database, settings }: Work, job: Job, error: unknown): Promise<void> {
  const { id, name, attempts } = job;
  log.error({ err: error, job: name, jobId: id, attempt: attempts }, "job failed");
  const base = settings.JOB_RETRY_BASE_MS * 2 ** (attempts - 1);
  const pause = base + randomInt(Math.floor(base / 2) + 1);
  const values = {
    status: attempts >= ATTEMPTS ? "failed" : "pending",
    run_at: storage.moment.store(new Date(Date.now() + pause)),
    error: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
  };
  await database.write(({ db }) => db.updateTable(JOBS).set(values).where("id", "=", id).execute());
}

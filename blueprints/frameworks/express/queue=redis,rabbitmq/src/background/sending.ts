/** Tells workers of the jobs that are due: the broker carries their ids, the table knows the rest. */

import type { Database } from "../core/database.ts";
import { storage } from "../core/driver.ts";
import { JOBS, type Queue } from "./jobs.ts";
import { repeat, type Stop } from "./loops.ts";

const BATCH = 100;
const POLL_MS = 200;
// A job that nobody took by then was lost by the broker.
const LOST_MS = 600_000;
const LOCK = "jobs";

/** A job that is due. */
export interface DueJob {
  readonly id: string;
  readonly queue: Queue;
}

/** Carries the ids of jobs. */
export interface JobCarrier {
  /** Send these; throws unless all are known to be kept. */
  send(jobs: readonly DueJob[]): Promise<void>;
}

/** Send the jobs that are due, one process at a time; returns how many. */
export async function sendDue(database: Database, carrier: JobCarrier): Promise<number> {
  const sent = await database.alone(LOCK, async (db) => {
    const now = Date.now();
    const due = storage.moment.store(new Date(now));
    const lost = storage.moment.store(new Date(now - LOST_MS));
    const rows = await db
      .selectFrom(JOBS)
      .select(["id", "queue"])
      .where("status", "=", "pending")
      .where("run_at", "<=", due)
      .where((eb) => eb.or([eb("sent_at", "is", null), eb("sent_at", "<", lost)]))
      .orderBy("run_at")
      .orderBy("id")
      .limit(BATCH)
      .execute();
    if (rows.length === 0) {
      return 0;
    }
    const jobs = rows.map((row) => ({ id: String(row["id"]), queue: row["queue"] as Queue }));
    await carrier.send(jobs);
    // A worker that was quicker than this has moved `run_at` already.
    await db
      .updateTable(JOBS)
      .set({ sent_at: due })
      .where(
        "id",
        "in",
        jobs.map(({ id }) => id),
      )
      .where("run_at", "<=", due)
      .execute();
    return jobs.length;
  });
  return sent ?? 0;
}

/** Send jobs as they become due. */
export function startSending(database: Database, carrier: JobCarrier): Stop {
  return repeat({
    name: "send jobs",
    pauseMs: POLL_MS,
    step: async () => (await sendDue(database, carrier)) > 0,
  });
}

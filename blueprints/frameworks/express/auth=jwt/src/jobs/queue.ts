/** Asking for work in the transaction of the write that needs it. */

import { v7 as uuid7 } from "uuid";
import type { Connection } from "../core/database.ts";
import { storage } from "../core/driver.ts";

export const JOBS = "jobs";

/** What a job is told. It is kept in clear: pass ids, never secrets. */
export type JobArguments = Readonly<Record<string, string>>;

/** Have a job run once this transaction is committed; a rolled-back one asks for nothing. */
export async function enqueue(
  db: Connection,
  name: string,
  jobArguments: JobArguments,
): Promise<void> {
  const now = storage.moment.store(new Date());
  const job = {
    id: uuid7(),
    name,
    queue: "default",
    arguments: storage.json<JobArguments>().store(jobArguments),
    status: "pending",
    attempts: 0,
    run_at: now,
    sent_at: null,
    error: null,
    created_at: now,
  };
  await db.insertInto(JOBS).values(job).execute();
}

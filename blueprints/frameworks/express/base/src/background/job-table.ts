/** The table of jobs: who has which, until when, and what became of it. */

import { sql } from "kysely";
import type { Database } from "../core/database.ts";
import { storage } from "../core/driver.ts";
import type { JsonObject } from "../core/fields.ts";
import { JOBS, QUEUES, type Queue } from "./jobs.ts";

/** A job that was taken; `attempts` counts this one. */
export interface TakenJob {
  readonly id: string;
  readonly name: string;
  readonly arguments: JsonObject;
  readonly attempts: number;
}

/** The id of a job at hand, and how to tell that it was seen. */
export interface JobAtHand {
  readonly id: string;
  seen(): Promise<void>;
}

/** Where a free slot finds the most urgent job at hand. */
export interface JobSource {
  next(): Promise<JobAtHand | undefined>;
}

/** A job that was given up. */
export interface FailedJob {
  readonly id: string;
  readonly name: string;
  readonly attempts: number;
  readonly error: string;
}

/** The jobs of a database. */
export class JobTable implements JobSource {
  /** How long a job that nobody renews belongs to whoever took it. */
  leaseMs = 30_000;
  private readonly database: Database;

  constructor(database: Database) {
    this.database = database;
  }

  /** The most urgent job that is due. */
  async next(): Promise<JobAtHand | undefined> {
    for (const queue of QUEUES) {
      const found = await this.database.read((db) =>
        db
          .selectFrom(JOBS)
          .select("id")
          .where("status", "=", "pending")
          .where("queue", "=", queue)
          .where("run_at", "<=", at(0))
          .orderBy("run_at")
          .orderBy("id")
          .limit(1)
          .executeTakeFirst(),
      );
      if (found !== undefined) {
        return { id: String(found["id"]), seen: async () => undefined };
      }
    }
    return undefined;
  }

  /** Take a job that is due; of several who try only one gets it. */
  async take(id: string): Promise<TakenJob | undefined> {
    return await this.database.write(async ({ db }) => {
      const { numUpdatedRows } = await db
        .updateTable(JOBS)
        .set({ attempts: sql`attempts + 1`, run_at: at(this.leaseMs), sent_at: null })
        .where("id", "=", id)
        .where("status", "=", "pending")
        .where("run_at", "<=", at(0))
        .executeTakeFirstOrThrow();
      if (numUpdatedRows === 0n) {
        return undefined;
      }
      const row = await db
        .selectFrom(JOBS)
        .select(["name", "arguments", "attempts"])
        .where("id", "=", id)
        .executeTakeFirstOrThrow();
      return {
        id,
        name: String(row["name"]),
        arguments: storage.json<JsonObject>().load(row["arguments"]),
        attempts: Number(row["attempts"]),
      };
    });
  }

  /** Keep a job that runs. */
  async renew(job: TakenJob): Promise<void> {
    await this.change(job, { run_at: at(this.leaseMs) });
  }

  /** Forget a job that is done. */
  async finish({ id }: TakenJob): Promise<void> {
    await this.database.write(({ db }) => db.deleteFrom(JOBS).where("id", "=", id).execute());
  }

  /** Have a job tried again, this much later. */
  async postpone(job: TakenJob, error: string, pauseMs: number): Promise<void> {
    await this.change(job, { run_at: at(pauseMs), error });
  }

  /** Give a job up, and keep it. */
  async giveUp(job: TakenJob, error: string): Promise<void> {
    await this.change(job, { status: "failed", error });
  }

  /** Change a job, unless its lease has ended and somebody else has it. */
  private async change({ id, attempts }: TakenJob, values: Record<string, unknown>): Promise<void> {
    await this.database.write(({ db }) =>
      db
        .updateTable(JOBS)
        .set(values)
        .where("id", "=", id)
        .where("attempts", "=", attempts)
        .execute(),
    );
  }

  /** How many jobs are due or wait, by queue. */
  async depths(): Promise<Map<Queue, number>> {
    const rows = await this.database.read((db) =>
      db
        .selectFrom(JOBS)
        .select((eb) => ["queue", eb.fn.countAll().as("count")])
        .where("status", "=", "pending")
        .groupBy("queue")
        .execute(),
    );
    const counts = new Map(rows.map((row) => [String(row["queue"]), Number(row["count"])]));
    return new Map(QUEUES.map((queue) => [queue, counts.get(queue) ?? 0]));
  }

  /** The jobs that were given up, oldest first. */
  async failed(): Promise<FailedJob[]> {
    const rows = await this.database.read((db) =>
      db
        .selectFrom(JOBS)
        .select(["id", "name", "attempts", "error"])
        .where("status", "=", "failed")
        .orderBy("created_at")
        .orderBy("id")
        .execute(),
    );
    return rows.map((row) => ({
      id: String(row["id"]),
      name: String(row["name"]),
      attempts: Number(row["attempts"]),
      error: String(row["error"]),
    }));
  }

  /** Have failed jobs tried anew, all or those with these ids; returns how many there were. */
  async putBack(ids: readonly string[]): Promise<number> {
    const { numUpdatedRows } = await this.database.write(({ db }) => {
      const anew = { status: "pending", attempts: 0, run_at: at(0), sent_at: null, error: null };
      const failed = db.updateTable(JOBS).set(anew).where("status", "=", "failed");
      const chosen = ids.length > 0 ? failed.where("id", "in", ids) : failed;
      return chosen.executeTakeFirstOrThrow();
    });
    return Number(numUpdatedRows);
  }
}

/** So many milliseconds from now, as it is stored. */
function at(ms: number): unknown {
  return storage.moment.store(new Date(Date.now() + ms));
}

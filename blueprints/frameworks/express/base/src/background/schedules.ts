/** Jobs that are asked for by themselves: each time once, however many processes there are. */

import { Cron } from "croner";
import type { Connection, Database } from "../core/database.ts";
import { storage, unlessThere } from "../core/driver.ts";
import { type AnyJob, enqueueBare } from "./jobs.ts";
import { repeat, type Stop } from "./loops.ts";

const TABLE = "schedules";
const TICK_MS = 1000;

interface Scheduled {
  readonly job: AnyJob;
  readonly cron: Cron;
  /** The last time that was seen to; nobody knows of it before the first look. */
  seen: number | undefined;
}

/** The schedules of a service. */
export class Schedules {
  private readonly database: Database;
  private readonly all: readonly Scheduled[];

  constructor(database: Database, jobs: readonly AnyJob[]) {
    this.database = database;
    this.all = jobs.flatMap((job) => {
      const { schedule } = job;
      if (schedule === undefined) {
        return [];
      }
      return [
        { job, cron: new Cron(schedule, { timezone: "UTC", mode: "5-part" }), seen: undefined },
      ];
    });
  }

  /** Look at the clock until told to stop. */
  start(): Stop {
    return repeat({
      name: "keep the schedules",
      pauseMs: TICK_MS,
      step: async () => {
        await this.fire(new Date());
        return false;
      },
    });
  }

  /** Ask for every job that is due, also when its time was missed; returns how many were asked for. */
  async fire(now: Date): Promise<number> {
    let asked = 0;
    for (const scheduled of this.all) {
      const slot = lastSlot(scheduled.cron, now);
      if (slot === undefined || scheduled.seen === slot.getTime()) {
        continue;
      }
      const { job, seen } = scheduled;
      const first = await this.database.write(async ({ db }) => {
        if (seen === undefined) {
          await begin(db, job, now);
        }
        return await claim(db, job, slot);
      });
      asked += first ? 1 : 0;
      scheduled.seen = slot.getTime();
    }
    return asked;
  }
}

/** The last time that has come. */
function lastSlot(cron: Cron, now: Date): Date | undefined {
  // The time itself would not be before it.
  const [slot] = cron.previousRuns(1, new Date(now.getTime() + 1));
  return slot;
}

/** A name that is new starts now. */
async function begin(db: Connection, { name }: AnyJob, now: Date): Promise<void> {
  const row = { name, fired_at: storage.moment.store(now) };
  await unlessThere(db.insertInto(TABLE).values(row)).execute();
}

/** Ask for a job, unless another process was quicker. */
async function claim(db: Connection, job: AnyJob, slot: Date): Promise<boolean> {
  const fired = storage.moment.store(slot);
  const { numUpdatedRows } = await db
    .updateTable(TABLE)
    .set({ fired_at: fired })
    .where("name", "=", job.name)
    .where("fired_at", "<", fired)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows === 0n) {
    return false;
  }
  await enqueueBare(db, job);
  return true;
}

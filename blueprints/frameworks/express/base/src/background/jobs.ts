/** Jobs: what they are told, and asking for one in the transaction of the write that needs it. */

import { v7 as uuid7 } from "uuid";
import { type Body, Submitted } from "../core/bodies.ts";
import type { Connection } from "../core/database.ts";
import { storage } from "../core/driver.ts";
import type { JsonObject } from "../core/fields.ts";
import { decodeJson } from "../core/json-body.ts";
import type { Resources } from "../core/runtime.ts";

export const JOBS = "jobs";

/** The queues, the most urgent first. */
export const QUEUES = ["high", "default", "low"] as const;
export type Queue = (typeof QUEUES)[number];

const ATTEMPTS = 5;

/** What a job works with. */
export interface JobContext extends Resources {
  readonly jobId: string;
  /** Which attempt this is, from 1. */
  readonly attempt: number;
  /** Aborted when the time of the job is over. */
  readonly signal: AbortSignal;
}

interface Declaration<V> {
  readonly name: string;
  readonly queue?: Queue;
  readonly attempts?: number;
  /** When it is asked for by itself: five fields of cron, in UTC. */
  readonly schedule?: string;
  /** What it is told. It is kept in clear: pass ids, never secrets. */
  readonly input: Body<V>;
  /** Do it, at least once whatever crashes; throws to be tried again. */
  run(input: V, context: JobContext): Promise<void>;
}

/** A kind of job. */
export class Job<V> {
  readonly name: string;
  readonly queue: Queue;
  readonly attempts: number;
  readonly schedule: string | undefined;
  private readonly declaration: Declaration<V>;

  constructor(declaration: Declaration<V>) {
    const { name, queue = "default", attempts = ATTEMPTS, schedule } = declaration;
    this.name = name;
    this.queue = queue;
    this.attempts = attempts;
    this.schedule = schedule;
    this.declaration = declaration;
  }

  /** What it is told, as JSON. */
  write(input: V): JsonObject {
    const values = input as Readonly<Record<string, unknown>>;
    const { fields } = this.declaration.input;
    return Object.fromEntries(
      Object.entries(fields).map(([key, field]) => [field.json, field.write(values[key])]),
    );
  }

  /** What it was told; what is left out becomes its default. */
  private read(kept: JsonObject): V {
    // Numbers are read as those of a request are.
    const sent = decodeJson(Buffer.from(JSON.stringify(kept)));
    const submitted = new Submitted(this.declaration.input, sent);
    if (submitted.values === undefined) {
      const [fault] = submitted.named([]);
      throw new Error(`wrong arguments: ${fault?.field} ${fault?.message}`);
    }
    return submitted.values;
  }

  /** Run it with what was kept. */
  async execute(kept: JsonObject, context: JobContext): Promise<void> {
    await this.declaration.run(this.read(kept), context);
  }
}

/** A job of some kind. */
export type AnyJob = Pick<Job<unknown>, "name" | "queue" | "attempts" | "schedule" | "execute">;

/** Have a job run once this transaction is committed; a rolled-back one asks for nothing. */
export async function enqueue<V>(db: Connection, job: Job<V>, input: V): Promise<string> {
  return await ask(db, job, job.write(input));
}

/** Have a job run that is told nothing but its defaults. */
export async function enqueueBare(db: Connection, job: AnyJob): Promise<string> {
  return await ask(db, job, {});
}

async function ask(
  db: Connection,
  { name, queue }: Pick<AnyJob, "name" | "queue">,
  told: JsonObject,
): Promise<string> {
  const id = uuid7();
  const now = storage.moment.store(new Date());
  const row = {
    id,
    name,
    queue,
    arguments: storage.json<JsonObject>().store(told),
    status: "pending",
    attempts: 0,
    run_at: now,
    sent_at: null,
    error: null,
    created_at: now,
  };
  await db.insertInto(JOBS).values(row).execute();
  return id;
}

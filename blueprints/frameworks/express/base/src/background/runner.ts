/** Runs jobs: a few at a time, the most urgent first, each at least once. */

import { log } from "../core/logging.ts";
import type { Resources } from "../core/runtime.ts";
import type { JobInstruments, JobOutcome } from "./instruments.ts";
import type { JobSource, JobTable, TakenJob } from "./job-table.ts";
import type { AnyJob } from "./jobs.ts";
import { backoff, reasonOf, repeat, type Stop, wait } from "./loops.ts";

const SLOTS = 5;
const POLL_MS = 200;

/** A job took longer than it may. */
class LateError extends Error {
  override readonly name = "LateError";
}

interface Options {
  readonly resources: Resources;
  readonly jobs: readonly AnyJob[];
  readonly table: JobTable;
  readonly source: JobSource;
  readonly instruments: JobInstruments;
}

/** The slots of one process. */
export class Runner {
  /** How often the lease of a job that runs is renewed. */
  renewMs = 10_000;
  /** How long a job may take. */
  limitMs = 300_000;
  private readonly options: Options;
  private readonly known: ReadonlyMap<string, AnyJob>;
  private readonly running = new Set<Promise<void>>();

  constructor(options: Options) {
    this.options = options;
    this.known = new Map(options.jobs.map((job) => [job.name, job]));
  }

  /** Run jobs as they come; the end waits for those that run. */
  start(): Stop {
    const stop = repeat({
      name: "look for jobs",
      pauseMs: POLL_MS,
      step: (stopping) => this.fill(stopping),
    });
    return async () => {
      await stop();
      await Promise.all(this.running);
    };
  }

  /** Run every job that is at hand; returns how many were tried. */
  async runDue(): Promise<number> {
    for (let tried = 0; ; tried++) {
      const job = await this.take();
      if (job === undefined) {
        return tried;
      }
      await this.run(job);
    }
  }

  /** Give a free slot the next job; whether there may be another. */
  private async fill(stopping: AbortSignal): Promise<boolean> {
    if (this.running.size >= SLOTS) {
      await Promise.race([...this.running, wait(POLL_MS, stopping)]);
      return true;
    }
    const job = await this.take();
    if (job === undefined) {
      return false;
    }
    const run = this.run(job).finally(() => this.running.delete(run));
    this.running.add(run);
    return true;
  }

  /** The next job that nobody else has. */
  private async take(): Promise<TakenJob | undefined> {
    for (;;) {
      const found = await this.options.source.next();
      if (found === undefined) {
        return undefined;
      }
      const job = await this.options.table.take(found.id);
      await found.seen();
      if (job !== undefined) {
        return job;
      }
    }
  }

  /** Run a job and note what became of it; never throws. */
  private async run(job: TakenJob): Promise<void> {
    const { table, instruments } = this.options;
    const began = performance.now();
    let outcome: JobOutcome = "done";
    try {
      const error = await this.attempt(job);
      if (error === undefined) {
        await table.finish(job);
      } else {
        outcome = await this.failed(job, error);
      }
    } catch (error) {
      // Its lease ends, and it is tried again.
      log.error({ err: error, job: job.name, jobId: job.id }, "cannot note what became of a job");
      outcome = "retry";
    }
    instruments.observe(job.name, outcome, (performance.now() - began) / 1000);
  }

  /** Run a job with its lease renewed; gives what it threw. */
  private async attempt(job: TakenJob): Promise<unknown> {
    const { resources, table } = this.options;
    const kind = this.known.get(job.name);
    if (kind === undefined) {
      return new Error(`there is no job ${job.name}`);
    }
    if (job.attempts > kind.attempts) {
      return new Error("the process that ran it is gone");
    }
    const renewal = setInterval(() => {
      table.renew(job).catch((error: unknown) => {
        log.warn({ err: error, job: job.name, jobId: job.id }, "cannot renew the lease of a job");
      });
    }, this.renewMs);
    const { id: jobId, attempts: attempt } = job;
    try {
      await this.inTime((signal) =>
        kind.execute(job.arguments, { ...resources, jobId, attempt, signal }),
      );
      return undefined;
    } catch (error) {
      return error ?? new Error("no reason given");
    } finally {
      clearInterval(renewal);
    }
  }

  /** Wait for a job, but not for ever. */
  private async inTime(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const late = new AbortController();
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      const error = new LateError(`not done within ${this.limitMs / 1000} s`);
      late.abort(error);
      reject(error);
    }, this.limitMs);
    try {
      await Promise.race([work(late.signal), promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Try again later, or give up; tells which. */
  private async failed(job: TakenJob, error: unknown): Promise<"retry" | "failed"> {
    const { table, resources } = this.options;
    const { id, name, attempts } = job;
    log.error({ err: error, job: name, jobId: id, attempt: attempts }, "job failed");
    if (attempts >= (this.known.get(name)?.attempts ?? 1)) {
      await table.giveUp(job, reasonOf(error));
      return "failed";
    }
    const pause = backoff(resources.settings.JOB_RETRY_BASE_MS, attempts);
    await table.postpone(job, reasonOf(error), pause);
    return "retry";
  }
}

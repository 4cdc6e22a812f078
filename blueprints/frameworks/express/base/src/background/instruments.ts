/** What Prometheus is told of jobs, and of everything that waits. */

import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import { log } from "../core/logging.ts";

const BUCKETS = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 120, 300];

/** How much waits, by the name of the queue. */
export type Depths = ReadonlyMap<string, number>;

const OUTCOMES = ["done", "retry", "failed"] as const;

/** What came of an attempt at a job. */
export type JobOutcome = (typeof OUTCOMES)[number];

/** What jobs are counted by. */
export class JobInstruments {
  private readonly jobs = new Counter({
    name: "jobs_total",
    help: "Attempts at jobs: done, retry when it is tried again, failed when it is given up.",
    labelNames: ["job", "outcome"],
    registers: [],
  });
  private readonly durations = new Histogram({
    name: "job_duration_seconds",
    help: "Time that an attempt at a job took.",
    labelNames: ["job"],
    buckets: BUCKETS,
    registers: [],
  });

  constructor(jobs: readonly { readonly name: string }[]) {
    // A counter that begins with its first failure hides that one from alerts.
    for (const { name: job } of jobs) {
      for (const outcome of OUTCOMES) {
        this.jobs.inc({ job, outcome }, 0);
      }
    }
  }

  /** Count an attempt. */
  observe(job: string, outcome: JobOutcome, seconds: number): void {
    this.jobs.inc({ job, outcome });
    this.durations.observe({ job }, seconds);
  }

  /** Let Prometheus have these. */
  register(registry: Registry): void {
    registry.registerMetric(this.jobs);
    registry.registerMetric(this.durations);
  }
}

/** Show how much waits in the queues of all these. */
export function showDepths(registry: Registry, sources: readonly (() => Promise<Depths>)[]): void {
  new Gauge({
    name: "queue_depth",
    help: "What waits: jobs by queue, messages by handler, dead letters as <handler>.dlq.",
    labelNames: ["queue"],
    registers: [registry],
    async collect() {
      this.reset();
      for (const source of sources) {
        for (const [queue, depth] of await known(source)) {
          this.set({ queue }, depth);
        }
      }
    },
  });
}

/** What can be found out: a server that is away hides its own numbers alone. */
async function known(source: () => Promise<Depths>): Promise<Depths> {
  try {
    return await source();
  } catch (error) {
    log.warn({ err: error }, "cannot count what waits");
    return new Map();
  }
}

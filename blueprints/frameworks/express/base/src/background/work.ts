/** What runs beside the requests: in the service itself, or in a worker. */

import type { Registry } from "prom-client";
import type { Resources } from "../core/runtime.ts";
import { JOBS } from "../jobs/registry.ts";
import { type Depths, JobInstruments, showDepths } from "./instruments.ts";
import { type JobSource, JobTable } from "./job-table.ts";
import { type Stop, together } from "./loops.ts";
import { Runner } from "./runner.ts";
import { Schedules } from "./schedules.ts";

/** Something that runs until it is told to stop. */
export interface Part {
  start(): Stop;
  /** Let Prometheus have its numbers. */
  register(registry: Registry): void;
  /** How much waits for it. */
  depths(): Promise<Depths>;
}

/** A server that the parts share. */
export interface Reached {
  /** Whether it answers now. */
  reachable(): Promise<boolean>;
  close(): Promise<void>;
}

/** Everything that one process runs, and the broker that it needs, if any. */
export class Work {
  private readonly parts: readonly Part[];
  private readonly broker: Reached | undefined;

  constructor(parts: readonly Part[], broker?: Reached) {
    this.parts = parts;
    this.broker = broker;
  }

  /** Start everything; the function that is returned ends it. */
  start(): Stop {
    const stop = together(this.parts.map((part) => part.start()));
    return async () => {
      await stop();
      await this.broker?.close();
    };
  }

  /** What probes are told besides. */
  async check(): Promise<Readonly<Record<string, "up" | "down">>> {
    if (this.broker === undefined) {
      return {};
    }
    return { broker: (await this.broker.reachable()) ? "up" : "down" };
  }

  /** Let Prometheus have the numbers of all. */
  register(registry: Registry): void {
    if (this.parts.length === 0) {
      return;
    }
    for (const part of this.parts) {
      part.register(registry);
    }
    showDepths(
      registry,
      this.parts.map((part) => () => part.depths()),
    );
  }
}

/** Jobs and their schedules; a source hands out those that are due. */
export class JobWork implements Part {
  private readonly table: JobTable;
  private readonly runner: Runner;
  private readonly schedules: Schedules;
  private readonly instruments = new JobInstruments(JOBS);

  constructor(resources: Resources, source?: JobSource) {
    const { instruments } = this;
    const table = new JobTable(resources.database);
    this.table = table;
    this.runner = new Runner({
      resources,
      jobs: JOBS,
      table,
      source: source ?? table,
      instruments,
    });
    this.schedules = new Schedules(resources.database, JOBS);
  }

  start(): Stop {
    return together([this.runner.start(), this.schedules.start()]);
  }

  register(registry: Registry): void {
    this.instruments.register(registry);
  }

  async depths(): Promise<Depths> {
    return await this.table.depths();
  }
}

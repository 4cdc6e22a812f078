/** What Prometheus is told of events. */

import { Counter, Gauge, type Registry } from "prom-client";
import type { Database } from "../core/database.ts";
import { ApiError } from "../core/errors.ts";
import { backlog } from "./outbox.ts";

const OUTCOMES = ["handled", "duplicate", "retry", "dead"] as const;

/** What came of a message, or of an attempt that is followed by another: `retry`. */
export type Outcome = (typeof OUTCOMES)[number];

/** What events are counted by. */
export class EventInstruments {
  private readonly database: Database;
  private readonly out = new Counter({
    name: "events_published_total",
    help: "Events published and confirmed.",
    labelNames: ["type"],
    registers: [],
  });
  private readonly in = new Counter({
    name: "events_consumed_total",
    help: "Messages of handlers: handled, duplicate, dead; retry is an attempt that failed.",
    labelNames: ["handler", "outcome"],
    registers: [],
  });

  constructor(database: Database, handlers: readonly { readonly name: string }[]) {
    this.database = database;
    // A counter that begins with its first failure hides that one from alerts.
    for (const { name: handler } of handlers) {
      for (const outcome of OUTCOMES) {
        this.in.inc({ handler, outcome }, 0);
      }
    }
  }

  /** Count an event that was published. */
  published(type: string): void {
    this.out.inc({ type });
  }

  /** Count what came of a message. */
  consumed(handler: string, outcome: Outcome): void {
    this.in.inc({ handler, outcome });
  }

  /** Let Prometheus have these, and what the outbox itself tells. */
  register(registry: Registry): void {
    registry.registerMetric(this.out);
    registry.registerMetric(this.in);
    const look = (): Promise<readonly [number, number]> => this.look();
    new Gauge({
      name: "outbox_pending",
      help: "Events that are still to be published.",
      registers: [registry],
      async collect() {
        this.set((await look())[0]);
      },
    });
    new Gauge({
      name: "outbox_oldest_seconds",
      help: "Age of the oldest event that is still to be published.",
      registers: [registry],
      async collect() {
        this.set((await look())[1]);
      },
    });
  }

  /** How many events wait, and the age of the oldest; unknown while the database is away. */
  private async look(): Promise<readonly [pending: number, seconds: number]> {
    try {
      const { pending, oldest } = await this.database.read(backlog);
      const age = oldest === undefined ? 0 : Math.max(0, Date.now() - oldest.getTime());
      return [pending, age / 1000];
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      return [Number.NaN, Number.NaN];
    }
  }
}

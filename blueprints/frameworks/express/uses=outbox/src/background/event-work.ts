/** Events: the relay, and a consumer for each handler. */

import pLimit from "p-limit";
import type { Registry } from "prom-client";
import { ONE_WRITER } from "../core/driver.ts";
import type { Resources } from "../core/runtime.ts";
import { HANDLERS } from "../handlers/registry.ts";
import type { Broker } from "./broker.ts";
import { Consumer } from "./consumer.ts";
import { EventInstruments } from "./event-instruments.ts";
import type { AnyHandler } from "./handlers.ts";
import type { Depths } from "./instruments.ts";
import { type Stop, together } from "./loops.ts";
import { startRelay } from "./relay.ts";
import type { Part } from "./work.ts";

/** Events of one process; a broker carries them. */
export class EventWork implements Part {
  readonly instruments: EventInstruments;
  private readonly resources: Resources;
  private readonly broker: Broker;
  private readonly handlers: readonly AnyHandler[];

  constructor(resources: Resources, broker: Broker, handlers: readonly AnyHandler[] = HANDLERS) {
    this.resources = resources;
    this.broker = broker;
    this.handlers = handlers;
    this.instruments = new EventInstruments(resources.database, handlers);
  }

  start(): Stop {
    const { broker, instruments, resources } = this;
    const { database, settings } = resources;
    // Each runs in a transaction; half of the connections are left to everything else.
    const atOnce = ONE_WRITER ? 1 : Math.max(1, Math.floor(settings.DATABASE_POOL_SIZE / 2));
    const limit = pLimit(atOnce);
    const consumers = this.handlers.map(
      (handler) =>
        new Consumer({
          database,
          handler,
          instruments,
          attempts: settings.EVENT_ATTEMPTS,
          baseMs: settings.EVENT_RETRY_BASE_MS,
          gate: (work) => limit(work),
        }),
    );
    // Whoever waits for events is there before the first is published.
    const stops = consumers.map((consumer) => broker.subscribe(consumer));
    return together([startRelay({ database, broker, instruments }), ...stops]);
  }

  register(registry: Registry): void {
    this.instruments.register(registry);
  }

  async depths(): Promise<Depths> {
    return await this.broker.depths();
  }
}

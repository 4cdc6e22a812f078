/** What carries the events and jobs of this service: the broker of `BROKER_URL`. */

import type { Resources } from "../core/runtime.ts";
import { HANDLERS } from "../handlers/registry.ts";
import { QueueBroker } from "./queue-broker.ts";

/** The broker of one process. */
export function openBroker({ settings }: Resources): QueueBroker {
  return new QueueBroker(settings.BROKER_URL, HANDLERS);
}

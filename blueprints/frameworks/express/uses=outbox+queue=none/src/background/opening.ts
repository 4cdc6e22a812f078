/** What carries the events of this service: its own table. */

import type { Resources } from "../core/runtime.ts";
import { HANDLERS } from "../handlers/registry.ts";
import { TableBroker } from "./table-broker.ts";

/** The broker of one process. */
export function openBroker({ database }: Resources): TableBroker {
  return new TableBroker(database, HANDLERS);
}

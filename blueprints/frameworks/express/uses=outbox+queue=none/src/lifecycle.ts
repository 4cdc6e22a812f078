/** What runs beside the requests: jobs and events, as this service has no worker. */

import { EventWork } from "./background/event-work.ts";
import { openBroker } from "./background/opening.ts";
import { JobWork, Work } from "./background/work.ts";
import type { Resources } from "./core/runtime.ts";

/** The work of this process. */
export function makeWork(resources: Resources): Work {
  return new Work([new JobWork(resources), new EventWork(resources, openBroker(resources))]);
}

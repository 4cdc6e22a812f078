/** What runs beside the requests: jobs, as this service has no worker. */

import { JobWork, Work } from "./background/work.ts";
import type { Resources } from "./core/runtime.ts";

/** The work of this process. */
export function makeWork(resources: Resources): Work {
  return new Work([new JobWork(resources)]);
}

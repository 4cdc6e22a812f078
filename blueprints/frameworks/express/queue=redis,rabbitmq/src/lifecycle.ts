/** What runs beside the requests: nothing, as a worker does it (`src/worker.ts`). */

import { Work } from "./background/work.ts";
import type { Resources } from "./core/runtime.ts";

/** The work of this process. */
export function makeWork(_resources: Resources): Work {
  return new Work([]);
}

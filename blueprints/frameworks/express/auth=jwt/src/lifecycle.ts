/** What runs beside the requests. */

import type { Runtime } from "./core/runtime.ts";
import { startJobs } from "./jobs/runner.ts";

/** Run jobs; the function that is returned ends that, once the job being run is finished. */
export function startWork(runtime: Runtime): () => Promise<void> {
  return startJobs(runtime);
}

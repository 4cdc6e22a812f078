/** What Prometheus is told by a worker: the service is its own. */

import type { Service } from "../service.ts";

/** The metrics of a worker. */
export async function workerMetrics(_service: Service): Promise<string> {
  return "";
}

/** What Prometheus is told by a worker. */

import { Registry } from "prom-client";
import { makeWorkerWork } from "../../src/background/worker-work.ts";
import type { Service } from "../service.ts";

/** The metrics of a worker, whether its broker is there or not. */
export async function workerMetrics({ app }: Service): Promise<string> {
  const registry = new Registry();
  makeWorkerWork(app.runtime).register(registry);
  const parts = await Promise.all(
    registry.getMetricsAsArray().map((metric) => `# TYPE ${metric.name} ${kindOf(metric)}`),
  );
  return `${parts.join("\n")}\n`;
}

function kindOf(metric: object): string {
  return "buckets" in metric ? "histogram" : "other";
}

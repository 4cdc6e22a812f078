/**
 * What Prometheus reads at `/metrics`: requests, the database's pool, rows created, the process.
 *
 * Each application has a registry of its own and counts for its own process.
 */

import { createHash, timingSafeEqual } from "node:crypto";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Work } from "../background/work.ts";
import { sendText } from "../core/answers.ts";
import { runtimeOf } from "../core/call.ts";
import type { Database } from "../core/database.ts";
import { badCredentials, unauthorized } from "../core/errors.ts";
import { snakeCase } from "../core/naming.ts";
import { Target } from "../core/repository.ts";
import { strictRouter } from "../core/routing.ts";

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

// The process is that of all its applications.
const ofProcess = new Registry();
collectDefaultMetrics({ register: ofProcess });
// By their names these gauges would be counters.
for (const each of ["handles", "requests", "resources"]) {
  ofProcess.removeSingleMetric(`nodejs_active_${each}_total`);
}

/** A method as labels and spans show it: clients invent methods, and those would pile up. */
export function knownMethod(method: string, other: string): string {
  return METHODS.has(method) ? method : other;
}

/** The instruments of one application. */
export class Metrics {
  private readonly registry = new Registry();
  private readonly requests: Counter<"method" | "route" | "status">;
  private readonly durations: Histogram<"method" | "route">;

  constructor(database: Database, work: Work) {
    const registers = [this.registry];
    this.requests = new Counter({
      name: "http_requests_total",
      help: "Requests answered.",
      labelNames: ["method", "route", "status"],
      registers,
    });
    this.durations = new Histogram({
      name: "http_request_duration_seconds",
      help: "Time from the first byte of a request to the end of its answer.",
      labelNames: ["method", "route"],
      buckets: BUCKETS,
      registers,
    });
    watchDatabase(database, this.registry);
    database.cache.register(this.registry);
    work.register(this.registry);
  }

  /** Count one request. */
  observe(method: string, route: string, status: number, seconds: number): void {
    const labels = { method: knownMethod(method, "other"), route };
    this.requests.inc({ ...labels, status });
    this.durations.observe(labels, seconds);
  }

  /** Everything in Prometheus' text format, and what the format is called. */
  async text(): Promise<readonly [string, string]> {
    const parts = await Promise.all([this.registry.metrics(), ofProcess.metrics()]);
    return [`${parts.join("\n")}\n`, this.registry.contentType];
  }
}

/** What the database knows itself, asked for when Prometheus asks. */
function watchDatabase(database: Database, registry: Registry): void {
  const registers = [registry];
  new Gauge({
    name: "database_pool_connections_max",
    help: "Connections that the pool may hold.",
    registers,
  }).set(database.poolSize);
  new Gauge({
    name: "database_pool_connections_in_use",
    help: "Connections that requests hold at this moment.",
    registers,
    collect() {
      this.set(database.inUse);
    },
  });
  counter("database_slow_queries_total", "Statements that took longer than SLOW_QUERY_MS.", {
    registry,
    read: () => database.slow,
  });
  for (const name of [...Target.known.keys()].sort()) {
    counter(`${snakeCase(name)}_created_total`, `Rows of ${name} created and committed.`, {
      registry,
      read: () => database.created.get(name) ?? 0,
    });
  }
}

interface Counted {
  readonly registry: Registry;
  readonly read: () => number;
}

/** A counter of what is counted elsewhere. */
function counter(name: string, help: string, { registry, read }: Counted): void {
  new Counter({
    name,
    help,
    registers: [registry],
    collect() {
      this.reset();
      this.inc(read());
    },
  });
}

export const metricsRouter = strictRouter();

/** Needs `METRICS_TOKEN` as bearer token when it is set. */
metricsRouter.get("/metrics", async (request, response) => {
  const { settings, observers } = runtimeOf(request);
  const token = settings.METRICS_TOKEN;
  const given = request.get("Authorization");
  if (token !== undefined && given === undefined) {
    throw unauthorized();
  }
  if (token !== undefined && !isBearer(given ?? "", token)) {
    throw badCredentials("This token is wrong.");
  }
  const [text, type] = await observers.metrics.text();
  sendText(response, type, text);
});

function isBearer(header: string, token: string): boolean {
  const [, value = ""] = /^bearer (.*)$/i.exec(header) ?? [];
  return timingSafeEqual(digest(value), digest(token));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

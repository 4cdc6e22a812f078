/** The worker: what it runs, and what probes and Prometheus ask it. */

import express from "express";
import type { App } from "../app.ts";
// Metrics count the rows of every table.
import "../api.ts";
import { makeCache } from "../core/cached.ts";
import { Database } from "../core/database.ts";
import { healthRouter } from "../core/health.ts";
import { configureLogging } from "../core/logging.ts";
import { errorHandler, requestContexts } from "../core/middleware.ts";
import { earlyRouting, RouteTable } from "../core/routing.ts";
import type { Runtime } from "../core/runtime.ts";
import { metricsRouter } from "../observability/metrics.ts";
import { Observers } from "../observability/observers.ts";
import type { Settings } from "../settings.ts";
import { makeWorkerWork } from "./worker-work.ts";

/** Put the worker together. */
export function createWorker(settings: Settings): App {
  configureLogging(settings.LOG_LEVEL);
  const database = new Database(settings, makeCache(settings));
  const work = makeWorkerWork({ settings, database });
  const observers = new Observers(settings, database, work);
  const runtime: Runtime = { settings, database, observers, work };
  const operations = [healthRouter, metricsRouter];
  const routes = new RouteTable();
  for (const router of operations) {
    routes.add("", router);
  }
  const app = express();
  app.locals["runtime"] = runtime;
  app.disable("x-powered-by");
  app.disable("etag");
  app.use(requestContexts(settings, (...begun) => observers.watch(...begun)));
  app.use(earlyRouting(routes), ...operations);
  app.use(errorHandler((...failed) => observers.report(...failed)));
  return { express: app, runtime, routes };
}

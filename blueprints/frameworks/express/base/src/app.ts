/** The application: its routes, what surrounds them, and what they share. */

import compression from "compression";
import express, { type Express, type Request, type Response, type Router } from "express";
import { ROUTERS } from "./api.ts";
import { makeCache } from "./core/cached.ts";
import { identify } from "./core/caller.ts";
import { isProduction } from "./core/config.ts";
import { Database } from "./core/database.ts";
import { docsRouter } from "./core/docs.ts";
import { healthRouter } from "./core/health.ts";
import { readBody } from "./core/json-body.ts";
import { configureLogging } from "./core/logging.ts";
import { crossOrigin, errorHandler, requestContexts } from "./core/middleware.ts";
import { openapiRouter } from "./core/openapi.ts";
import { rateLimit } from "./core/rate-limit.ts";
import { earlyRouting, RouteTable } from "./core/routing.ts";
import type { Runtime } from "./core/runtime.ts";
import { makeWork } from "./lifecycle.ts";
import { metricsRouter } from "./observability/metrics.ts";
import { Observers } from "./observability/observers.ts";
import { BASE_PATH } from "./project.ts";
import type { Settings } from "./settings.ts";

const GZIP_MINIMUM = 1024;

/** An application and what it shares. */
export interface App {
  readonly express: Express;
  readonly runtime: Runtime;
  readonly routes: RouteTable;
}

/** Put the application together: with the routers of its resources, or with others. */
export function createApp(settings: Settings, routers: readonly Router[] = ROUTERS): App {
  configureLogging(settings.LOG_LEVEL);
  const database = new Database(settings, makeCache(settings));
  const work = makeWork({ settings, database });
  const observers = new Observers(settings, database, work);
  const runtime: Runtime = { settings, database, observers, work };
  const operations = [healthRouter, metricsRouter, openapiRouter()];
  if (!isProduction(settings)) {
    operations.push(docsRouter());
  }
  const routes = new RouteTable();
  for (const router of operations) {
    routes.add("", router);
  }
  for (const router of routers) {
    routes.add(BASE_PATH, router);
  }

  const app = express();
  app.locals["runtime"] = runtime;
  app.disable("x-powered-by");
  app.disable("etag");
  // Services read the raw query string.
  app.disable("query parser");
  app.use(requestContexts(settings, (...begun) => observers.watch(...begun)));
  if (settings.CORS_ORIGINS.length > 0) {
    app.use(crossOrigin(settings.CORS_ORIGINS));
  }
  app.use(compression({ filter: isWorthIt, threshold: GZIP_MINIMUM }));
  app.use(earlyRouting(routes));
  app.use(rateLimit());
  app.use(...operations);
  app.use(BASE_PATH, readBody(settings.MAX_BODY_BYTES), identify, ...routers);
  app.use(errorHandler((...failed) => observers.report(...failed)));
  return { express: app, runtime, routes };
}

/** Whether an answer is long enough to be compressed: what never is does not vary by encoding. */
function isWorthIt(request: Request, response: Response): boolean {
  const length = Number(response.getHeader("Content-Length") ?? GZIP_MINIMUM);
  return length >= GZIP_MINIMUM && compression.filter(request, response);
}

/** Starts what the settings ask for, and stops it with the service. */

import type { IncomingMessage } from "node:http";
import type { Work } from "../background/work.ts";
import type { Database } from "../core/database.ts";
import { log, type RequestContext, requestContext } from "../core/logging.ts";
import type { Ended } from "../core/middleware.ts";
import type { Settings } from "../settings.ts";
import type { ErrorTracking } from "./error-tracking.ts";
import { Metrics } from "./metrics.ts";
import { Profiles } from "./profiling.ts";
import type { Tracing } from "./tracing.ts";

// Probes and metrics say nothing of the service's work.
const UNTRACED = new Set(["/healthz", "/readyz", "/metrics"]);

/** Metrics, traces, errors and profiles of one application. */
export class Observers {
  readonly metrics: Metrics;
  private readonly settings: Settings;
  private readonly database: Database;
  private readonly profiles: Profiles | undefined;
  private tracing: Tracing | undefined;
  private errors: ErrorTracking | undefined;

  constructor(settings: Settings, database: Database, work: Work) {
    this.settings = settings;
    this.database = database;
    this.metrics = new Metrics(database, work);
    const folder = settings.PROFILE_DIR;
    this.profiles = folder === undefined ? undefined : new Profiles(folder);
  }

  /** Start what sends something elsewhere; its libraries are loaded only where they are needed. */
  async start(): Promise<void> {
    const { settings, database } = this;
    const {
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      SENTRY_DSN: dsn,
      APP_ENV: environment,
    } = settings;
    if (endpoint !== undefined) {
      const { Tracing } = await import("./tracing.ts");
      const kind = new URL(settings.DATABASE_URL).protocol.slice(0, -1);
      const tracing = new Tracing({ endpoint, environment, database: kind });
      database.trace = (event) => tracing.statement(event);
      this.tracing = tracing;
    }
    if (dsn !== undefined) {
      const { ErrorTracking } = await import("./error-tracking.ts");
      this.errors = new ErrorTracking(dsn, environment);
    }
  }

  /** Watch a request from its beginning; what is returned is told of its end. */
  watch(request: IncomingMessage, context: RequestContext): Ended {
    const [path = ""] = (request.url ?? "").split("?", 1);
    const ends = [
      UNTRACED.has(path) ? undefined : this.tracing?.begin(request, context),
      this.profiles?.begin(request, context),
    ];
    return (status, seconds) => {
      this.metrics.observe(request.method ?? "", context.route ?? "none", status, seconds);
      for (const ended of ends) {
        ended?.(status, seconds);
      }
    };
  }

  /** Report an unforeseen error of a request. */
  report(error: unknown, method: string): void {
    const { requestId = "", route = "none" } = requestContext() ?? {};
    this.errors?.report(error, { requestId, method, route });
  }

  /** Send what is left. */
  async close(): Promise<void> {
    this.profiles?.close();
    const ends = await Promise.allSettled([this.tracing?.close(), this.errors?.close()]);
    if (ends.some((end) => end.status === "rejected")) {
      log.warn("not everything could be sent: traces or errors are lost");
    }
  }
}

/** Traces by OpenTelemetry, sent to a collector by OTLP over HTTP. */

import type { IncomingMessage } from "node:http";
import {
  type Context,
  defaultTextMapGetter,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import type { LogEvent } from "kysely";
import { type RequestContext, requestContext } from "../core/logging.ts";
import type { Ended } from "../core/middleware.ts";
import { NAME, VERSION } from "../project.ts";
import { knownMethod } from "./metrics.ts";

const EXPORT_MS = 3000;

interface Options {
  /** Where the collector is. */
  readonly endpoint: string;
  /** The environment that the service runs in. */
  readonly environment: string;
  /** What kind of database the statements go to. */
  readonly database: string;
}

/** The spans of one application: a request and, below it, each statement without its values. */
export class Tracing {
  private readonly provider: TracerProvider;
  private readonly tracer: Tracer;
  private readonly database: string;
  private readonly propagator = new W3CTraceContextPropagator();
  private readonly requests = new WeakMap<RequestContext, Context>();

  constructor({ endpoint, environment, database }: Options) {
    const exporter = new OTLPTraceExporter({
      url: `${endpoint.replace(/\/+$/, "")}/v1/traces`,
      timeoutMillis: EXPORT_MS,
    });
    this.database = database;
    this.provider = new TracerProvider({
      resource: resourceFromAttributes({
        "service.name": NAME,
        "service.version": VERSION,
        "deployment.environment.name": environment,
      }),
      spanProcessors: [new BatchSpanProcessor({ exporter, exportTimeoutMillis: EXPORT_MS })],
    });
    this.tracer = this.provider.getTracer(NAME);
  }

  /**
   * Begin the span of a request, named after its route; it continues the caller's `traceparent`.
   *
   * The query stays out of it, as filters and searches may be personal.
   */
  begin(request: IncomingMessage, context: RequestContext): Ended {
    const method = knownMethod(request.method ?? "", "HTTP");
    const [path = ""] = (request.url ?? "").split("?", 1);
    const caller = this.propagator.extract(ROOT_CONTEXT, request.headers, defaultTextMapGetter);
    const attributes = { "http.request.method": method, "url.path": path };
    const span = this.tracer.startSpan(method, { kind: SpanKind.SERVER, attributes }, caller);
    this.requests.set(context, trace.setSpan(caller, span));
    const { traceId, spanId } = span.spanContext();
    context.traceId = traceId;
    context.traceparent = `00-${traceId}-${spanId}-01`;
    return (status) => {
      // The route is known by now.
      if (context.route !== undefined) {
        span.updateName(`${method} ${context.route}`);
        span.setAttribute("http.route", context.route);
      }
      span.setAttribute("http.response.status_code", status);
      if (status >= 500) {
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
      span.end();
    };
  }

  /** A statement that has ended, below the request that it was sent for, if that is traced. */
  statement(event: LogEvent): void {
    const context = requestContext();
    const parent = context === undefined ? ROOT_CONTEXT : this.requests.get(context);
    if (parent === undefined) {
      return;
    }
    const text = event.query.sql.trim();
    const [verb = "SQL"] = text.split(/\s/, 1);
    const now = performance.timeOrigin + performance.now();
    const span = this.tracer.startSpan(
      verb.toUpperCase(),
      {
        kind: SpanKind.CLIENT,
        startTime: now - event.queryDurationMillis,
        attributes: { "db.system.name": this.database, "db.query.text": text },
      },
      parent,
    );
    if (event.level === "error") {
      // The kind only: a message may tell values.
      span.setStatus({ code: SpanStatusCode.ERROR, message: kindOf(event.error) });
    }
    span.end(now);
  }

  /** Send what is left. */
  async close(): Promise<void> {
    await this.provider.shutdown();
  }
}

function kindOf(error: unknown): string {
  return error instanceof Error ? error.constructor.name : "Error";
}

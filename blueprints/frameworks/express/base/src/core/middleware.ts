/** What surrounds every request: its id, its log line, security headers, CORS, the last resort. */

import type { IncomingMessage } from "node:http";
import cors from "cors";
import type { ErrorRequestHandler, RequestHandler, Response } from "express";
import { v7 as uuid7 } from "uuid";
import { sendJson } from "./answers.ts";
import { pathOf } from "./call.ts";
import { PRIVATE_PATHS } from "./caller.ts";
import { clientOf } from "./client.ts";
import type { CoreSettings } from "./config.ts";
import { ApiError, errorBody, validationError } from "./errors.ts";
import { Replay } from "./idempotency.ts";
import { log, type RequestContext, requestContext, requests } from "./logging.ts";

const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;
// https://www.w3.org/TR/trace-context/#traceparent-header: no version ff, no id of zeros.
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
const SECURITY_HEADERS = {
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
};
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const EXPOSED = [
  "ETag",
  "Location",
  "RateLimit-Limit",
  "RateLimit-Remaining",
  "RateLimit-Reset",
  "Retry-After",
  "X-Request-Id",
];

/** Told the status of the answer of a request, and how many seconds it took. */
export type Ended = (status: number, seconds: number) => void;
/** Told each request as it begins; what it returns is told of the end. */
type Watch = (request: IncomingMessage, context: RequestContext) => Ended;
/** Told each unforeseen error, and the method of the request. */
type Report = (error: unknown, method: string) => void;

/** Gives each request its id and client, each answer its headers, and logs one line. */
export function requestContexts(settings: CoreSettings, watch: Watch): RequestHandler {
  return (request, response, next) => {
    const started = performance.now();
    const given = request.get("X-Request-Id") ?? "";
    const { address, https } = clientOf(request, settings.TRUSTED_PROXIES);
    const traceparent = request.get("traceparent") ?? "";
    const traceId = TRACEPARENT.exec(traceparent)?.[1];
    const context: RequestContext = {
      requestId: REQUEST_ID.test(given) ? given : uuid7(),
      clientAddress: address,
      traceId,
      traceparent: traceId && traceparent,
    };
    response.set(SECURITY_HEADERS);
    response.set("X-Request-Id", context.requestId);
    if (https) {
      response.set("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
    }
    const path = pathOf(request);
    if (PRIVATE_PATHS.some((each) => path.startsWith(each))) {
      response.set("Cache-Control", "no-store");
    }
    const ended = watch(request, context);
    response.once("close", () => {
      const seconds = (performance.now() - started) / 1000;
      ended(response.statusCode, seconds);
      const route = context.route ?? "none";
      requests.run(context, () => logLine(request.method, route, response, seconds));
    });
    requests.run(context, next);
  };
}

function logLine(method: string, route: string, response: Response, seconds: number): void {
  const context = requestContext();
  log.info(
    {
      method,
      route,
      status: response.statusCode,
      durationMs: Math.round(seconds * 10_000) / 10,
      userId: context?.userId ?? null,
      ...(context?.traceId === undefined ? {} : { traceId: context.traceId }),
    },
    "request",
  );
}

/** CORS for the listed origins; a preflight that asks for more is an ordinary OPTIONS. */
export function crossOrigin(origins: readonly string[]): RequestHandler {
  const allow = cors({
    origin: [...origins],
    methods: METHODS,
    exposedHeaders: EXPOSED,
    maxAge: 600,
  });
  return (request, response, next) => {
    const origin = request.get("Origin");
    const wanted = request.get("Access-Control-Request-Method");
    const preflight = request.method === "OPTIONS";
    const usual = !preflight || (wanted !== undefined && METHODS.includes(wanted));
    if (origin === undefined || !origins.includes(origin) || !usual) {
      response.vary("Origin");
      next();
      return;
    }
    allow(request, response, next);
  };
}

/** Turns whatever was thrown into its answer; of the unforeseen it tells nothing, the log has it. */
export function errorHandler(report: Report): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    if (error instanceof Replay) {
      error.send(request, response);
      return;
    }
    const answer = answerTo(error);
    if (answer.status === 500) {
      log.error({ err: error }, "unhandled error");
      report(error, request.method);
    }
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const body = errorBody(answer, requestContext()?.requestId ?? "");
    sendJson(response.set(answer.headers), body, answer.status);
  };
}

function answerTo(error: unknown): ApiError {
  if (error instanceof ApiError) {
    return error;
  }
  if (error instanceof URIError) {
    return validationError([{ field: "id", rule: "format", message: "must be a UUID" }]);
  }
  return new ApiError(500, "INTERNAL_ERROR", "Something went wrong on our side.");
}

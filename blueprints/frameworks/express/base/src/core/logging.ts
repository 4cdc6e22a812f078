/** Logs as one JSON object per line on standard output. */

import { AsyncLocalStorage } from "node:async_hooks";
import { pino, stdTimeFunctions } from "pino";

/** What is known of the request that is being answered. */
export interface RequestContext {
  readonly requestId: string;
  readonly clientAddress: string;
  /** The template of its path; unknown until it is routed. */
  route?: string | undefined;
  /** Who is logged in. */
  userId?: string | undefined;
  /** Of the caller's trace, if any. */
  traceId?: string | undefined;
  /** What goes on to other services of that trace. */
  traceparent?: string | undefined;
}

export const requests = new AsyncLocalStorage<RequestContext>();

/** The request that is being answered, if any. */
export function requestContext(): RequestContext | undefined {
  return requests.getStore();
}

// Whatever carries one of these in its name never reaches the log.
const SECRET = /password|token|secret|authorization|apikey|api_key/i;

export const log = pino({
  messageKey: "message",
  base: null,
  timestamp: stdTimeFunctions.isoTime,
  formatters: {
    level: (label) => ({ level: label === "warn" ? "warning" : label }),
    log: hideSecrets,
  },
  mixin() {
    const requestId = requestContext()?.requestId;
    return requestId === undefined ? {} : { requestId };
  },
});

/** Log what is as grave as this, or graver. */
export function configureLogging(level: "debug" | "info" | "warning" | "error"): void {
  log.level = level === "warning" ? "warn" : level;
}

function hideSecrets(fields: Record<string, unknown>): Record<string, unknown> {
  const shown = Object.entries(fields).map(([key, value]) => [
    key,
    SECRET.test(key) ? "***" : value,
  ]);
  return Object.fromEntries(shown);
}

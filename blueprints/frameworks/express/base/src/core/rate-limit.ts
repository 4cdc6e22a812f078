/** Fixed windows of one minute, counted where all processes see it, else in this process. */

import type { RequestHandler } from "express";
import type { Counted } from "./cache.ts";
import { pathOf, runtimeOf } from "./call.ts";
import { limitFor } from "./caller.ts";
import { ApiError } from "./errors.ts";
import { requestContext } from "./logging.ts";

const WINDOW_SECONDS = 60;
const EXEMPT = new Set(["/healthz", "/readyz", "/metrics"]);

/** Whose requests are counted together, and how many a minute allows; 0 is no limit. */
export interface Limit {
  readonly key: string;
  readonly perMinute: number;
}

/** Counts requests by the key of their limit, and answers 429 beyond it. */
export function rateLimit(clock: () => number = Date.now): RequestHandler {
  const counter = new Counter(clock);
  return async (request, response, next) => {
    if (EXEMPT.has(pathOf(request))) {
      next();
      return;
    }
    const { settings, database } = runtimeOf(request);
    const address = requestContext()?.clientAddress ?? "unknown";
    const { key, perMinute } = await limitFor(request, address, settings);
    if (perMinute === 0) {
      next();
      return;
    }
    const { count, reset } = (await database.cache.count(key)) ?? counter.count(key);
    response.set({
      "RateLimit-Limit": String(perMinute),
      "RateLimit-Remaining": String(Math.max(0, perMinute - count)),
      "RateLimit-Reset": String(reset),
    });
    if (count > perMinute) {
      throw new ApiError(429, "RATE_LIMITED", "Too many requests; try again later.", {
        headers: { "Retry-After": String(reset) },
      });
    }
    next();
  };
}

class Counter {
  private readonly clock: () => number;
  private readonly counts = new Map<string, number>();
  private window = 0;

  constructor(clock: () => number) {
    this.clock = clock;
  }

  count(key: string): Counted {
    const now = this.clock() / 1000;
    const window = Math.floor(now / WINDOW_SECONDS);
    if (window !== this.window) {
      this.window = window;
      this.counts.clear();
    }
    const count = (this.counts.get(key) ?? 0) + 1;
    this.counts.set(key, count);
    return { count, reset: Math.ceil((window + 1) * WINDOW_SECONDS - now) };
  }
}

/** Asking again: how often, after which wait; and nobody waits for a service that is away. */

import {
  type CircuitBreakerPolicy,
  ConsecutiveBreaker,
  circuitBreaker,
  DelegateBackoff,
  handleWhen,
  type IRetryBackoffContext,
  type RetryPolicy,
  retry,
} from "cockatiel";
import { log } from "../core/logging.ts";
import { ServiceFailedError } from "./errors.ts";

/** After so many failures in a row a service counts as away. */
export const FAILURES = 5;
/** How long it is left alone then, before one request tries it. */
export const PAUSE_MS = 30_000;

const ATTEMPTS = 3;
// The wait doubles from attempt to attempt; up to so much is added by chance.
const FIRST_WAIT_MS = 100;
const JITTER_MS = 100;
// Whoever asks for a longer wait is not asked again.
const PATIENCE_MS = 5000;

const failures = handleWhen((error) => error instanceof ServiceFailedError && error.again);

const worthAnother = handleWhen((error) => {
  return error instanceof ServiceFailedError && error.again && (error.waitMs ?? 0) <= PATIENCE_MS;
});

/** Opens after failures in a row; after a pause one request tries the service. */
export function makeBreaker(service: string): CircuitBreakerPolicy {
  const breaker = circuitBreaker(failures, {
    halfOpenAfter: PAUSE_MS,
    breaker: new ConsecutiveBreaker(FAILURES),
  });
  breaker.onBreak(() => log.warn({ service }, "service is away"));
  breaker.onReset(() => log.info({ service }, "service is back"));
  return breaker;
}

/** Repeats what is safe to be repeated. */
export const repeating: RetryPolicy = retry(worthAnother, {
  maxAttempts: ATTEMPTS - 1,
  backoff: new DelegateBackoff(waitBefore),
});

repeating.onRetry((failed) => {
  const reason = "error" in failed && failed.error instanceof Error ? failed.error.message : "";
  log.warn(
    { attempt: failed.attempt, waitMs: Math.round(failed.delay) },
    `asking again: ${reason}`,
  );
});

function waitBefore({ attempt, result }: IRetryBackoffContext<unknown>): number {
  const error = "error" in result ? result.error : undefined;
  const wished = error instanceof ServiceFailedError ? error.waitMs : undefined;
  return wished ?? FIRST_WAIT_MS * 2 ** (attempt - 1) + Math.random() * JITTER_MS;
}

/** The milliseconds of a `Retry-After`: a number of seconds, or a date (RFC 9110, section 10.2.3). */
export function waitAskedFor(header: string | null): number | undefined {
  const text = header?.trim() ?? "";
  if (/^[0-9]+$/.test(text)) {
    return Number(text) * 1000;
  }
  const moment = / GMT$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(moment) ? undefined : Math.max(moment - Date.now(), 0);
}

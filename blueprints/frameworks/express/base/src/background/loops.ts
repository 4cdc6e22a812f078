/** Loops that run until they are told to stop. */

import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { ApiError } from "../core/errors.ts";
import { log } from "../core/logging.ts";

// How long something that does not work is left alone.
const TROUBLE_MS = 1000;

/** Ends what was started, once what runs at this moment is finished. */
export type Stop = () => Promise<void>;

/** Wait, but no longer than until the end. */
export async function wait(ms: number, stopping: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: stopping }).catch(() => undefined);
}

/** How long to wait after this many failed attempts: twice as long each time, never all at once. */
export function backoff(baseMs: number, attempts: number): number {
  const base = baseMs * 2 ** (attempts - 1);
  return base + randomInt(Math.floor(base / 2) + 1);
}

/** What went wrong, as it is kept. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

interface Loop {
  /** What cannot be done when it fails, for the log. */
  readonly name: string;
  readonly pauseMs: number;
  /** Do something; whether there may be more to do at once. */
  step(stopping: AbortSignal): Promise<boolean>;
}

/** Do something again and again, whatever fails. */
export function repeat({ name, pauseMs, step }: Loop): Stop {
  const stopping = new AbortController();
  const { signal } = stopping;
  const run = async (): Promise<void> => {
    let failing = false;
    while (!signal.aborted) {
      let pause = pauseMs;
      try {
        const more = await step(signal);
        failing = false;
        if (more) {
          continue;
        }
      } catch (error) {
        // That the database is away has been logged; the same trouble again says nothing new.
        if (!failing && !(error instanceof ApiError)) {
          log.error({ err: error }, `cannot ${name}`);
        }
        failing = true;
        pause = TROUBLE_MS;
      }
      await wait(pause, signal);
    }
  };
  const running = run();
  return async () => {
    stopping.abort();
    await running;
  };
}

/** Ends all of these at the same time. */
export function together(stops: readonly Stop[]): Stop {
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
  };
}

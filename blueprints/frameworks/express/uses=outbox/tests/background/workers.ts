/** Processes that handle events, as a worker does, with a broker of their own. */

import { Registry } from "prom-client";
import { v7 as uuid7 } from "uuid";
import { EventWork } from "../../src/background/event-work.ts";
import type { AnyHandler } from "../../src/background/handlers.ts";
import type { Stop } from "../../src/background/loops.ts";
import { test as plain } from "../fixtures.ts";
import { makeSettings, type Variables } from "../service.ts";
import { Backend } from "./backend.ts";

const QUICK = { EVENT_RETRY_BASE_MS: "20", EVENT_ATTEMPTS: "3" };

/** How long tests wait for what comes by itself. */
export const LONG = { timeout: 10_000, interval: 20 };

interface Started {
  readonly work: EventWork;
  readonly backend: Backend;
  readonly stop: Stop;
}

/** Starts processes; they end with the test. */
interface Workers {
  /** What the names of those of one test have in common. */
  readonly group: string;
  start(handlers: readonly AnyHandler[], variables?: Variables, url?: string): Promise<Started>;
}

export const test = plain.extend(
  "workers",
  async ({ database }, { onCleanup }): Promise<Workers> => {
    const group = uuid7();
    const started: Started[] = [];
    onCleanup(async () => {
      await Promise.all(started.map(({ stop }) => stop()));
      await started[0]?.backend.remove();
      await Promise.all(started.map(({ backend }) => backend.broker.close()));
    });
    return {
      group,
      async start(handlers, variables = {}, url = undefined) {
        const settings = makeSettings({ ...QUICK, ...variables });
        const backend = new Backend(database, handlers, group, url);
        await backend.ready();
        const work = new EventWork({ database, settings }, backend.broker, handlers);
        const made = { work, backend, stop: once(work.start()) };
        started.push(made);
        return made;
      },
    };
  },
);

function once(stop: Stop): Stop {
  let stopped: Promise<void> | undefined;
  return () => {
    stopped ??= stop();
    return stopped;
  };
}

/** What Prometheus is told. */
export async function samplesOf(work: EventWork): Promise<string> {
  const registry = new Registry();
  work.register(registry);
  return await registry.metrics();
}

/** Publishes what is in the outbox: oldest first, one process at a time, until it is confirmed. */

import type { Database } from "../core/database.ts";
import type { Broker } from "./broker.ts";
import type { EventInstruments } from "./event-instruments.ts";
import { repeat, type Stop } from "./loops.ts";
import { markPublished, unpublished } from "./outbox.ts";

const BATCH = 100;
const POLL_MS = 200;
const LOCK = "relay";

interface Options {
  readonly database: Database;
  readonly broker: Broker;
  readonly instruments: EventInstruments;
}

/** Publish a batch; returns how many events there were. What is not confirmed stays. */
export async function publishBatch({ database, broker, instruments }: Options): Promise<number> {
  const published = await database.alone(LOCK, async (db) => {
    const events = await unpublished(db, BATCH);
    if (events.length > 0) {
      await broker.publish(db, events);
      await markPublished(db, events);
    }
    return events;
  });
  for (const { type } of published ?? []) {
    instruments.published(type);
  }
  return published?.length ?? 0;
}

/** Publish events as they are written. */
export function startRelay(options: Options): Stop {
  return repeat({
    name: "publish events",
    pauseMs: POLL_MS,
    step: async () => (await publishBatch(options)) > 0,
  });
}

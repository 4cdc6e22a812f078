/** `make dlq-replay`: put every dead letter back, as if it had never been tried. */

import type { Broker } from "./background/broker.ts";
import { Deliveries } from "./background/deliveries.ts";
import { readEnvelope } from "./background/events.ts";
import type { AnyHandler } from "./background/handlers.ts";
import { openBroker } from "./background/opening.ts";
import { makeCache } from "./core/cached.ts";
import { loadSettings } from "./core/config.ts";
import { Database } from "./core/database.ts";
import { HANDLERS } from "./handlers/registry.ts";
import { settingsSchema } from "./settings.ts";

/** Put the dead letters of these handlers back; tells how many each had. */
export async function replayDeadLetters(
  database: Database,
  broker: Broker,
  handlers: readonly AnyHandler[],
): Promise<string[]> {
  const lines: string[] = [];
  for (const { name } of handlers) {
    const deliveries = new Deliveries(database, name);
    const found = await broker.replay(name, async (message) => {
      const id = idOf(message);
      if (id !== undefined) {
        await deliveries.forget(id);
      }
    });
    lines.push(`${name}: ${found}`);
  }
  return lines;
}

/** The id of the event, if it is one. */
function idOf(message: string): string | undefined {
  try {
    return readEnvelope(message).id;
  } catch {
    return undefined;
  }
}

if (import.meta.main) {
  const settings = loadSettings(settingsSchema);
  const database = new Database(settings, makeCache(settings));
  const broker = openBroker({ database, settings });
  try {
    const lines = await replayDeadLetters(database, broker, HANDLERS);
    process.stdout.write(`${["dead letters put back", ...lines].join("\n")}\n`);
  } finally {
    await broker.close();
    await database.close();
  }
}

/** Handling one event, as tests of handlers do it. */

import { v7 as uuid7 } from "uuid";
import { expect } from "vitest";
import type { Message } from "../src/background/broker.ts";
import { Consumer } from "../src/background/consumer.ts";
import { EventInstruments } from "../src/background/event-instruments.ts";
import { writeEnvelope } from "../src/background/events.ts";
import type { AnyHandler } from "../src/background/handlers.ts";
import type { Database } from "../src/core/database.ts";
import type { JsonObject } from "../src/core/fields.ts";
import { receiptsIn } from "./events.ts";
import { type Factory, resourceNamed } from "./factories.ts";

/** Deliver an event twice, and expect it to be done once and at the first attempt. */
export async function expectOnce(
  database: Database,
  handler: AnyHandler,
  data: JsonObject,
): Promise<void> {
  let ran = 0;
  const counting: AnyHandler = {
    name: handler.name,
    type: handler.type,
    read: (message) => handler.read(message),
    run: async (event, session) => {
      ran++;
      await handler.run(event, session);
    },
  };
  const consumer = new Consumer({
    database,
    handler: counting,
    instruments: new EventInstruments(database, [handler]),
    attempts: 1,
    baseMs: 1,
    gate: (work) => work(),
  });
  const time = new Date().toISOString();
  const event = { id: uuid7(), type: handler.type, subject: uuid7(), time, data };
  const buried: string[] = [];
  const message: Message = {
    text: writeEnvelope(event),
    again: false,
    settle: async () => undefined,
    bury: async (error) => void buried.push(error),
  };
  await consumer.take(message);
  await consumer.take(message);
  expect(buried).toEqual([]);
  expect(ran).toBe(1);
  const [receipt] = await receiptsIn(database);
  expect(receipt).toMatchObject({ handler: handler.name, event_id: event.id, status: "done" });
}

/** A row as it is answered, which is what its events tell. */
export async function exampleRow(entity: string, factory: Factory): Promise<JsonObject> {
  const resource = resourceNamed(entity);
  if (resource === undefined) {
    throw new Error(`there is no resource ${entity}`);
  }
  return await factory.make(resource);
}

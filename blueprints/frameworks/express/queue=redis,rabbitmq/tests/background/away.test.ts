/** A broker that is away, or silent, and what becomes of events meanwhile. */

import { setTimeout as sleep } from "node:timers/promises";
import { v7 as uuid7 } from "uuid";
import { expect, vi } from "vitest";
import { EventInstruments } from "../../src/background/event-instruments.ts";
import { publishBatch } from "../../src/background/relay.ts";
import { count, receiptsIn, recording } from "../events.ts";
import { logged, loggedText } from "../logs.ts";
import { Backend } from "./backend.ts";
import { Wire } from "./wire.ts";
import { LONG, test as plain, samplesOf } from "./workers.ts";

// biome-ignore lint/correctness/noEmptyPattern: what a fixture asks for is read from its pattern
const test = plain.extend("wire", async ({}, { onCleanup }) => {
  const wire = new Wire();
  await wire.open();
  onCleanup(() => wire.cut());
  return wire;
});

test("writes go on while the broker is away, and are told when it is back", async ({
  database,
  wire,
  workers,
}) => {
  const { handler, numbers } = recording();
  const { work, backend } = await workers.start([handler], {}, wire.url);
  const subject = uuid7();
  await count(database, 1, subject);
  await vi.waitFor(() => expect(numbers()).toEqual([1]), LONG);
  await wire.cut();
  await count(database, 2, subject);
  await count(database, 3, subject);
  await vi.waitFor(() => expect(loggedText()).toContain("the broker is away"), LONG);
  expect(await backend.broker.reachable()).toBe(false);
  expect(await samplesOf(work)).toContain("outbox_pending 2");
  await wire.open();
  await vi.waitFor(() => expect(numbers()).toEqual([1, 2, 3]), LONG);
  await vi.waitFor(async () => expect(await samplesOf(work)).toContain("outbox_pending 0"), LONG);
  expect(await backend.broker.reachable()).toBe(true);
  expect(logged("the broker is back")).not.toEqual([]);
});

test("what is not known to be confirmed is published again, with the same id", async ({
  database,
  wire,
  workers,
}) => {
  const { handler, seen } = recording();
  const { work, backend } = await workers.start([handler], {}, wire.url);
  await backend.ready();
  backend.broker.server.patienceMs = 300;
  // The broker gets everything, and nobody hears what it says.
  wire.deaf = true;
  await count(database, 1);
  await sleep(600);
  expect(await samplesOf(work)).toContain("outbox_pending 1");
  await wire.cut();
  wire.deaf = false;
  await wire.open();
  await vi.waitFor(async () => {
    expect(await samplesOf(work)).toContain("outbox_pending 0");
    expect(await receiptsIn(database)).toMatchObject([{ status: "done" }]);
  }, LONG);
  expect(new Set(seen.map(({ id }) => id)).size).toBe(1);
  expect(seen).toHaveLength(1);
});

test("what a process held that is gone is handled by another", async ({ database, workers }) => {
  const { handler, numbers } = recording();
  const gone = new Backend(database, [handler], workers.group);
  await gone.ready();
  await count(database, 1);
  const instruments = new EventInstruments(database, [handler]);
  await publishBatch({ database, broker: gone.broker, instruments });
  await gone.takeAndDie("record");
  await gone.broker.close();
  await workers.start([handler]);
  await vi.waitFor(() => expect(numbers()).toEqual([1]), LONG);
  // Nobody knows whether the message was the cause.
  const error = "the process that had it is gone";
  await vi.waitFor(async () => {
    expect(await receiptsIn(database)).toMatchObject([{ status: "done", attempts: 1, error }]);
  }, LONG);
});

test("nothing is marked as published unless all of it is kept", async ({ database, wire }) => {
  const { handler } = recording();
  const backend = new Backend(database, [handler], uuid7(), wire.url);
  await backend.ready();
  await count(database, 1);
  await wire.cut();
  const instruments = new EventInstruments(database, [handler]);
  await expect(publishBatch({ database, broker: backend.broker, instruments })).rejects.toThrow();
  const rows = await database.db.selectFrom("outbox").select("published_at").execute();
  expect(rows).toEqual([{ published_at: null }]);
  await backend.broker.close();
  await backend.remove();
});

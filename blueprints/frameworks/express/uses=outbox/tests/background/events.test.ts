/** Events on their whole way: from the outbox by the broker to the handlers. */

import { setTimeout as sleep } from "node:timers/promises";
import { v7 as uuid7 } from "uuid";
import { expect, vi } from "vitest";
import { writeEnvelope } from "../../src/background/events.ts";
import { storage } from "../../src/core/driver.ts";
import { replayDeadLetters } from "../../src/dlq-replay.ts";
import { count, counted, receiptsIn, recording } from "../events.ts";
import { logged } from "../logs.ts";
import { LONG, samplesOf, test } from "./workers.ts";

test("what is committed is handled, once", async ({ database, workers }) => {
  const { handler, numbers } = recording();
  const { work, stop } = await workers.start([handler]);
  await count(database, 1);
  await vi.waitFor(() => expect(numbers()).toEqual([1]), LONG);
  await vi.waitFor(async () => {
    const text = await samplesOf(work);
    expect(text).toContain('events_published_total{type="something-counted"} 1');
    expect(text).toContain('events_consumed_total{handler="record",outcome="handled"} 1');
    expect(text).toContain("outbox_pending 0");
  }, LONG);
  await stop();
  expect(await receiptsIn(database)).toMatchObject([{ status: "done", attempts: 0 }]);
});

test("what was committed before a crash is published by whoever comes next", async ({
  database,
  workers,
}) => {
  const { handler, numbers } = recording();
  const first = await workers.start([handler]);
  await first.stop();
  await count(database, 1);
  expect(await samplesOf(first.work)).toContain("outbox_pending 1");
  await workers.start([handler]);
  await vi.waitFor(() => expect(numbers()).toEqual([1]), LONG);
});

test("events of one subject keep their order, others do not wait", async ({
  database,
  workers,
}) => {
  const [one, other] = [uuid7(), uuid7()];
  let failed = false;
  const { handler, seen } = recording(async ({ data }) => {
    if (data.number === 1 && !failed) {
      failed = true;
      throw new RangeError("not yet");
    }
  });
  await workers.start([handler], { EVENT_RETRY_BASE_MS: "400" });
  for (const number of [1, 2, 3]) {
    await count(database, number, one);
    await count(database, number + 10, other);
  }
  await vi.waitFor(() => expect(seen).toHaveLength(7), LONG);
  const of = (subject: string) => seen.filter((it) => it.subject === subject);
  expect(of(one).map(({ data }) => data.number)).toEqual([1, 1, 2, 3]);
  expect(of(other).map(({ data }) => data.number)).toEqual([11, 12, 13]);
  expect(seen.at(-1)?.subject).toBe(one);
  expect(seen.findIndex(({ data }) => data.number === 13)).toBeLessThan(4);
});

test("a failed attempt leaves nothing behind, and is made again", async ({ database, workers }) => {
  const fired_at = storage.moment.store(new Date());
  const { handler, seen } = recording(async ({ id }, { db }) => {
    await db.insertInto("schedules").values({ name: id, fired_at }).execute();
    if (seen.length < 3) {
      throw new RangeError("not yet");
    }
  });
  const { work } = await workers.start([handler]);
  await count(database, 1);
  await vi.waitFor(async () => {
    expect(await receiptsIn(database)).toMatchObject([{ status: "done", attempts: 2 }]);
  }, LONG);
  expect(new Set(seen.map(({ id }) => id)).size).toBe(1);
  expect(await database.db.selectFrom("schedules").select("name").execute()).toEqual([
    { name: seen[0]?.id },
  ]);
  expect(logged("handler failed")).toMatchObject([{ attempt: 1 }, { attempt: 2 }]);
  expect(await samplesOf(work)).toContain('handler="record",outcome="retry"} 2');
});

test("an event that fails is a dead letter in the end, and can be put back", async ({
  database,
  workers,
}) => {
  let broken = true;
  const { handler, seen } = recording(async () => {
    if (broken) {
      throw new RangeError("out of paper");
    }
  });
  const { work, backend } = await workers.start([handler]);
  await count(database, 1);
  await vi.waitFor(async () => {
    expect(await backend.deadLetters("record")).toMatchObject([
      { error: "RangeError: out of paper", attempts: 3 },
    ]);
  }, LONG);
  await vi.waitFor(async () => {
    expect(await samplesOf(work)).toContain('handler="record",outcome="dead"} 1');
  }, LONG);
  expect(seen).toHaveLength(3);
  expect(await receiptsIn(database)).toMatchObject([{ status: "failed", attempts: 3 }]);
  await vi.waitFor(async () => {
    expect([...(await backend.broker.depths())]).toEqual([
      ["record", 0],
      ["record.dlq", 1],
    ]);
  }, LONG);
  broken = false;
  expect(await replayDeadLetters(database, backend.broker, [handler])).toEqual(["record: 1"]);
  await vi.waitFor(() => expect(seen).toHaveLength(4), LONG);
  await vi.waitFor(async () => {
    expect(await receiptsIn(database)).toMatchObject([{ status: "done", attempts: 0 }]);
    expect(await backend.deadLetters("record")).toEqual([]);
  }, LONG);
});

test("what is no event is a dead letter at once", async ({ database, workers }) => {
  const { handler, seen } = recording();
  const { backend } = await workers.start([handler]);
  const good = writeEnvelope({
    id: uuid7(),
    type: counted.type,
    subject: uuid7(),
    time: new Date().toISOString(),
    data: { number: 1, price: null },
  });
  const bad = ["nonsense", "{}", good.replace('"1.0"', '"2.0"'), good.replace(":1,", ':"one",')];
  for (const message of bad) {
    await backend.inject(message, counted.type);
  }
  await vi.waitFor(async () => {
    expect(await backend.deadLetters("record")).toHaveLength(bad.length);
  }, LONG);
  const letters = await backend.deadLetters("record");
  expect(letters.map(({ message }) => message).sort()).toEqual([...bad].sort());
  expect(letters.map(({ error }) => error.split(":")[0]).sort()).toEqual([
    "no JSON",
    "no valid envelope",
    "no valid envelope",
    "not what the schema says",
  ]);
  await count(database, 2);
  await vi.waitFor(() => expect(seen).toHaveLength(1), LONG);
});

test("an event that is published twice has one effect", async ({ database, workers }) => {
  const { handler, numbers } = recording();
  const { work } = await workers.start([handler]);
  const subject = uuid7();
  await count(database, 1, subject);
  await vi.waitFor(() => expect(numbers()).toEqual([1]), LONG);
  // The relay died before it could note that the event was published.
  await database.db.updateTable("outbox").set({ published_at: null }).execute();
  await count(database, 2, subject);
  await vi.waitFor(() => expect(numbers()).toEqual([1, 2]), LONG);
  await vi.waitFor(async () => expect(await samplesOf(work)).toContain("outbox_pending 0"), LONG);
  expect(await receiptsIn(database)).toHaveLength(2);
});

test("each handler gets its own", async ({ database, workers }) => {
  const [one, other] = [recording(), recording(undefined, "record_too")];
  await workers.start([one.handler, other.handler]);
  await count(database, 1);
  await vi.waitFor(() => expect([one.numbers(), other.numbers()]).toEqual([[1], [1]]), LONG);
});

test("the end waits for the handler that runs", async ({ database, workers }) => {
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  let done = false;
  const { handler } = recording(async () => {
    begin();
    await sleep(200);
    done = true;
  });
  const { stop } = await workers.start([handler]);
  await count(database, 1);
  await begun;
  await stop();
  expect(done).toBe(true);
  expect(await receiptsIn(database)).toMatchObject([{ status: "done" }]);
});

test("what waits for its next attempt is left to the next process", async ({
  database,
  workers,
}) => {
  let broken = true;
  const { handler, seen } = recording(async () => {
    if (broken) {
      throw new RangeError("not yet");
    }
  });
  const first = await workers.start([handler], { EVENT_RETRY_BASE_MS: "60000" });
  await count(database, 1);
  await vi.waitFor(async () => {
    expect(await receiptsIn(database)).toMatchObject([{ status: "pending", attempts: 1 }]);
  }, LONG);
  await first.stop();
  broken = false;
  await workers.start([handler], { EVENT_ATTEMPTS: "5" });
  await vi.waitFor(async () => {
    expect(await receiptsIn(database)).toMatchObject([{ status: "done" }]);
  }, LONG);
  expect(seen).toHaveLength(2);
});

/** What a consumer makes of messages that others have had before. */

import { v7 as uuid7 } from "uuid";
import { expect } from "vitest";
import type { Message } from "../../src/background/broker.ts";
import { Consumer } from "../../src/background/consumer.ts";
import { EventInstruments } from "../../src/background/event-instruments.ts";
import { writeEnvelope } from "../../src/background/events.ts";
import type { Database } from "../../src/core/database.ts";
import { counted, receiptsIn, recording } from "../events.ts";
import { test } from "../fixtures.ts";

const SUBJECT = uuid7();

function consumerOf(database: Database, { handler }: ReturnType<typeof recording>): Consumer {
  return new Consumer({
    database,
    handler,
    instruments: new EventInstruments(database, [handler]),
    attempts: 2,
    baseMs: 1,
    gate: (work) => work(),
  });
}

interface Delivered extends Message {
  readonly done: string[];
}

/** A message, and what was done with it. */
function message(number: number, subject: string, again = false, id = uuid7()): Delivered {
  const done: string[] = [];
  const time = new Date().toISOString();
  return {
    text: writeEnvelope({ id, type: counted.type, subject, time, data: { number, price: null } }),
    again,
    settle: async () => void done.push("settled"),
    bury: async (error, attempts) => void done.push(`${error} ${attempts}`),
    done,
  };
}

test("a message that ended its processes is a dead letter in the end", async ({ database }) => {
  const all = recording();
  const id = uuid7();
  const lost = "the process that had it is gone";
  const first = consumerOf(database, all);
  // Two processes had it and are gone.
  await first.take(message(1, SUBJECT, true, id));
  expect(all.numbers()).toEqual([1]);
  expect(await receiptsIn(database)).toMatchObject([{ status: "done", attempts: 1, error: lost }]);
  await database.db.updateTable("event_deliveries").set({ status: "pending" }).execute();
  const again = message(1, SUBJECT, true, id);
  await consumerOf(database, all).take(again);
  expect(again.done).toEqual([`${lost} 2`, "settled"]);
  expect(await receiptsIn(database)).toMatchObject([{ status: "failed", attempts: 2 }]);
  expect(all.numbers()).toEqual([1]);
});

test("a message behind another of its subject was not begun", async ({ database }) => {
  const all = recording();
  const consumer = consumerOf(database, all);
  const subject = uuid7();
  await Promise.all([1, 2, 3].map((number) => consumer.take(message(number, subject, true))));
  expect(all.numbers()).toEqual([1, 2, 3]);
  const rows = await receiptsIn(database);
  expect(rows.map(({ attempts }) => attempts).sort()).toEqual([0, 0, 1]);
});

test("two processes that have the same message handle it once", async ({ database }) => {
  const all = recording();
  const id = uuid7();
  const both = [message(1, SUBJECT, false, id), message(1, SUBJECT, false, id)];
  await Promise.all(both.map((each) => consumerOf(database, all).take(each)));
  expect(all.numbers()).toEqual([1]);
  expect(both.map(({ done }) => done)).toEqual([["settled"], ["settled"]]);
});

test("an attempt that another process counts meanwhile is not counted twice", async ({
  database,
}) => {
  const all = recording(async () => {
    throw new RangeError("no");
  });
  const id = uuid7();
  const both = [message(1, SUBJECT, false, id), message(1, SUBJECT, false, id)];
  await Promise.all(both.map((each) => consumerOf(database, all).take(each)));
  expect(all.numbers().length).toBeLessThanOrEqual(4);
  expect(await receiptsIn(database)).toMatchObject([{ status: "failed", attempts: 2 }]);
});

test("events of another type are left alone", async ({ database }) => {
  const all = recording();
  const other = message(1, SUBJECT);
  const text = other.text.replaceAll(counted.type, "something-else");
  await consumerOf(database, all).take({ ...other, text });
  expect([all.numbers(), other.done]).toEqual([[], ["settled"]]);
});

test("what cannot be buried is tried until it can", async ({ database }) => {
  const all = recording();
  let away = true;
  const dead: string[] = [];
  await consumerOf(database, all).take({
    ...message(1, SUBJECT),
    text: "nonsense",
    bury: async (error) => {
      if (away) {
        away = false;
        throw new RangeError("the broker is away");
      }
      dead.push(error);
    },
  });
  expect(dead).toEqual(["no JSON"]);
});

test("after the end nothing is begun", async ({ database }) => {
  const all = recording();
  const consumer = consumerOf(database, all);
  consumer.stop();
  const left = message(1, SUBJECT);
  await consumer.take(left);
  expect([all.numbers(), left.done, await receiptsIn(database)]).toEqual([[], [], []]);
});

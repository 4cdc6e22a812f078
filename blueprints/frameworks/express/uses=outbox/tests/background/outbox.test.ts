/** The outbox: what is written there, and what is not. */

import { v7 as uuid7 } from "uuid";
import { expect } from "vitest";
import { emit, forgetOldEvents } from "../../src/background/outbox.ts";
import type { Database } from "../../src/core/database.ts";
import { storage } from "../../src/core/driver.ts";
import { jsonName } from "../../src/core/naming.ts";
import { NAME } from "../../src/project.ts";
import { test } from "../core/machinery/fixtures.ts";
import { cards, folders, notes, tags } from "../core/machinery/resources.ts";
import { count, counted, outboxOf } from "../events.ts";

const [FOLDER_ID, TAG_IDS] = [jsonName("folder_id"), jsonName("tag_ids")];

/** The types and subjects in the outbox, and nothing left there. */
async function told(database: Database): Promise<string[]> {
  const events = await outboxOf(database);
  await database.db.deleteFrom("outbox").execute();
  return events.map(({ type, subject }) => `${type} ${subject}`);
}

test("a message is an event", async ({ world }) => {
  const before = Date.now();
  await count(world, 5, "01940000-0000-7000-8000-000000000001");
  const [row] = await world.db.selectFrom("outbox").selectAll().execute();
  const message = JSON.parse(String(row?.["envelope"])) as Record<string, unknown>;
  expect(message).toEqual({
    specversion: "1.0",
    id: row?.["id"],
    source: `/${NAME}`,
    type: "something-counted",
    subject: "01940000-0000-7000-8000-000000000001",
    time: message["time"],
    datacontenttype: "application/json",
    dataschema: "/schemas/something-counted/v1.json",
    data: { number: 5, price: null },
  });
  expect(Date.parse(String(message["time"]))).toBeGreaterThanOrEqual(before);
  expect(row).toMatchObject({ type: counted.type, published_at: null });
});

test("a rolled-back write tells nothing", async ({ world, chief }) => {
  const failing = world.write(async (session) => {
    await emit(session, counted, uuid7(), { number: 1, price: null });
    throw new RangeError("no");
  });
  await expect(failing).rejects.toThrow(RangeError);
  await expect(chief.create(folders, { name: "" })).rejects.toThrow();
  expect(await told(world)).toEqual([]);
});

test("each write of a row tells what the row is then", async ({ world, chief }) => {
  const { id, ...made } = await chief.create(folders, { name: "one", secret: "s3cret" });
  await chief.change(folders, id, { name: "two" });
  await chief.delete(folders, id);
  await chief.restore(folders, id);
  const events = await outboxOf(world);
  expect(events.map(({ type, subject }) => [type, subject])).toEqual(
    ["created", "updated", "deleted", "updated"].map((change) => [`folder.${change}`, id]),
  );
  expect(events.map(({ data }) => [data["name"], data["version"]])).toEqual([
    ["one", 1],
    ["two", 2],
    ["two", 2],
    ["two", 4],
  ]);
  expect(events[0]?.data).toEqual({ id, ...made });
  expect(JSON.stringify(events)).not.toContain("s3cret");
});

test("what changes nothing tells nothing", async ({ world, chief }) => {
  const folder = await chief.create(folders, { name: "one" });
  const tag = await chief.create(tags, { name: "red" });
  const note = await chief.create(notes, {
    text: "n",
    [FOLDER_ID]: folder.id,
    [TAG_IDS]: [tag.id],
  });
  await told(world);
  await chief.change(folders, folder.id, {});
  await chief.link(notes, note.id, "tagIds", tag.id);
  expect(await told(world)).toEqual([]);
});

test("links tell of the row that has them", async ({ world, chief }) => {
  const folder = await chief.create(folders, { name: "one" });
  const tag = await chief.create(tags, { name: "red" });
  const note = await chief.create(notes, { text: "n", [FOLDER_ID]: folder.id });
  await told(world);
  await chief.link(notes, note.id, "tagIds", tag.id);
  const [linked] = await outboxOf(world);
  expect(linked?.data[TAG_IDS]).toEqual([tag.id]);
  await told(world);
  await chief.delete(tags, tag.id);
  expect(await told(world)).toEqual([`note.updated ${note.id}`, `tag.deleted ${tag.id}`]);
});

test("what goes or changes with a row is told, too", async ({ world, chief }) => {
  const folder = await chief.create(folders, { name: "one" });
  const note = await chief.create(notes, { text: "n", [FOLDER_ID]: folder.id });
  const card = await chief.create(cards, { [FOLDER_ID]: folder.id });
  await told(world);
  await chief.delete(folders, folder.id);
  const events = await told(world);
  expect(events.sort()).toEqual(
    [`card.updated ${card.id}`, `folder.deleted ${folder.id}`, `note.deleted ${note.id}`].sort(),
  );
});

test("what was published long ago is removed", async ({ world, service }) => {
  const old = storage.moment.store(new Date(Date.now() - 8 * 86_400_000));
  for (const number of [1, 2, 3]) {
    await count(world, number);
  }
  const [first, second] = await world.db
    .selectFrom("outbox")
    .selectAll()
    .orderBy("position")
    .execute();
  const update = world.db.updateTable("outbox");
  await update.set({ published_at: old }).where("id", "=", first?.["id"]).execute();
  await update
    .set({ published_at: storage.moment.store(new Date()) })
    .where("id", "=", second?.["id"])
    .execute();
  const receipts = [first, second].map((row, at) => ({
    handler: "record",
    event_id: row?.["id"],
    status: at === 0 ? "done" : "failed",
    attempts: 0,
    created_at: old,
    done_at: old,
  }));
  await world.db.insertInto("event_deliveries").values(receipts).execute();
  const { settings } = service.app.runtime;
  await forgetOldEvents({ database: world, settings });
  expect((await outboxOf(world)).map(({ data }) => Number(data["number"]))).toEqual([2, 3]);
  const left = await world.db.selectFrom("event_deliveries").select("status").execute();
  expect(left).toEqual([{ status: "failed" }]);
});

/** Writing rows: what is refused, what a version means, links and unique values. */

import { v7 as uuid7 } from "uuid";
import { expect } from "vitest";
import { violationOf } from "../../../src/core/driver.ts";
import { jsonName } from "../../../src/core/naming.ts";
import { type Values, writing } from "../../../src/core/writing.ts";
import { each } from "../../http.ts";
import { refused, UNKNOWN } from "./desk.ts";
import { test as plain } from "./fixtures.ts";
import { cards, folders, notes, tags } from "./resources.ts";

const [FOLDER_ID, TAG_IDS] = [jsonName("folder_id"), jsonName("tag_ids")];

const test = plain
  .extend("folder", ({ user }) => {
    return user.create(folders, { name: "a", data: { b: { c: 1 }, d: 2 } });
  })
  .extend("note", ({ user, folder }) => {
    return user.create(notes, { text: "x", [FOLDER_ID]: folder.id });
  });

test("all faults come at once", async ({ user, folder }) => {
  const tag = await user.create(tags, { name: "t" });
  const links = ["x", tag.id, UNKNOWN, tag.id];
  const values = { text: 5, id: 1, y: 1, [FOLDER_ID]: UNKNOWN, [TAG_IDS]: links };
  await refused(400, user.create(notes, values, "q=1"), {
    q: "unknown",
    text: "type",
    id: "readOnly",
    y: "unknown",
    [FOLDER_ID]: "reference",
    [`${TAG_IDS}[0]`]: "format",
    [`${TAG_IDS}[2]`]: "reference",
    [`${TAG_IDS}[3]`]: "unique",
  });
  await refused(400, user.create(notes, { [FOLDER_ID]: "x", [TAG_IDS]: "x" }), {
    [FOLDER_ID]: "format",
    [TAG_IDS]: "type",
    text: "required",
  });
  const many = { text: "x", [FOLDER_ID]: folder.id, [TAG_IDS]: Array(1001).fill(tag.id) };
  await refused(400, user.create(notes, many), { [TAG_IDS]: "max" });
  expect((await user.page(notes)).items).toEqual([]);
});

test("a reference to what one may not read", async ({ stranger, folder }) => {
  const values = { text: "x", [FOLDER_ID]: folder.id };
  await refused(400, stranger.create(notes, values), { [FOLDER_ID]: "reference" });
});

test("a reference to what is deleted", async ({ user, chief, folder }) => {
  await user.delete(folders, folder.id);
  for (const desk of [user, chief]) {
    const values = { text: "x", [FOLDER_ID]: folder.id };
    await refused(400, desk.create(notes, values), { [FOLDER_ID]: "reference" });
    await refused(404, desk.pageOf(notes, "folderId", folder.id));
  }
});

test("changes", async ({ user, folder }) => {
  expect(await user.change(folders, folder.id, {})).toEqual(folder);
  const patch = { name: "é", data: { b: { c: null, e: 3 } } };
  const createdAt = jsonName("created_at");
  expect(await user.change(folders, folder.id, patch)).toMatchObject({
    name: "é",
    data: { b: { e: 3 }, d: 2 },
    version: 2,
    [createdAt]: folder[createdAt],
  });
  expect((await user.change(folders, folder.id, { data: null }))["data"]).toBeNull();
  const merged = await user.change(folders, folder.id, { data: { f: null } });
  expect(merged["data"]).toEqual({});
});

test("who may write", async ({ user, chief, editor, stranger, folder }) => {
  await refused(403, editor.change(folders, folder.id, { name: "" }));
  await refused(401, stranger.change(folders, "x", {}));
  await refused(401, stranger.create(folders));
  await refused(404, chief.change(folders, UNKNOWN, { name: "" }));
  await refused(404, stranger.delete(notes, UNKNOWN));
  await refused(401, stranger.delete(cards, UNKNOWN));
  await refused(403, user.delete(cards, UNKNOWN));
  await refused(404, editor.delete(cards, UNKNOWN));
  expect((await chief.change(folders, folder.id, { name: "b" }))["name"]).toBe("b");
  expect((await user.change(folders, folder.id, { name: "c" }))["name"]).toBe("c");
});

test.for([
  ['"1"', true],
  ['"7" , "1"', true],
  ["*", true],
  ['"2"', false],
  ["1", false],
  ['W/"1"', false],
  ["", false],
] as const)("If-Match: %s", async ([tag, fits], { user, folder }) => {
  if (fits) {
    expect((await user.change(folders, folder.id, { name: "b" }, tag)).version).toBe(2);
    return;
  }
  await refused(412, user.change(folders, folder.id, { name: "" }, tag));
  expect(await user.read(folders, folder.id)).toEqual(folder);
});

test("a write in between is not lost", async ({ user, folder }) => {
  const write = writing(user.call(), folders, "update", async (unit) => {
    const row = await unit.find(folder.id, "update");
    await unit.db.updateTable(folders.table).set({ version: 5 }).execute();
    await unit.update(row, { name: "b" });
  });
  await refused(412, write);
  const erase = writing(user.call(), tags, "delete", async (unit) => {
    const tag = await unit.insert({ name: "t" });
    await unit.db.updateTable(tags.table).set({ version: 5 }).execute();
    await unit.delete(tag);
  });
  await refused(412, erase);
  expect(await user.read(folders, folder.id)).toEqual(folder);
});

test("what only the database notices", async ({ user, folder }) => {
  const insert = (values: Values): Promise<unknown> =>
    writing(user.call(), notes, "create", (unit) =>
      unit.insert({ text: "x", done: false, ...values }),
    );
  await refused(409, insert({ folderId: UNKNOWN }));
  await refused(409, insert({ folderId: folder.id, tagIds: [UNKNOWN] }));
  // What no request can cause is no answer for a client, but a failure.
  const failed: unknown = await insert({ folderId: folder.id, text: null }).catch(
    (error: unknown) => error,
  );
  expect(violationOf(failed)).toBe("not_null");
});

test("unique values", async ({ user, chief, folder }) => {
  await refused(409, user.create(folders, { name: "a" }), { name: "unique" });
  const other = await user.create(folders, { name: "b" });
  await refused(409, user.change(folders, other.id, { name: "a" }), { name: "unique" });
  expect(await user.read(folders, other.id)).toEqual(other);
  // Only rows that are not deleted count.
  await user.delete(folders, folder.id);
  expect((await user.change(folders, other.id, { name: "a" }))["name"]).toBe("a");
  await refused(409, chief.restore(folders, folder.id), { name: "unique" });
});

test("one to one", async ({ user, folder }) => {
  const here = { [FOLDER_ID]: folder.id };
  const first = await user.create(cards, { number: 1 });
  const second = await user.create(cards);
  const third = await user.create(cards, { number: null });
  expect(await user.change(cards, first.id, here)).toMatchObject(here);
  await refused(409, user.change(cards, second.id, here), { [FOLDER_ID]: "unique" });
  // Every value that is taken is named, but none that is the row's own.
  const taken = { number: 1, ...here };
  await refused(409, user.create(cards, taken), each(Object.keys(taken), "unique"));
  const other = await user.change(cards, third.id, { number: 2 });
  await refused(409, user.change(cards, other.id, here), { [FOLDER_ID]: "unique" });
});

test("links are replaced", async ({ user, chief, note }) => {
  const made: string[] = [];
  for (const name of ["1", "2", "3"]) {
    made.push((await user.create(tags, { name })).id);
  }
  const [one, two, three] = made;
  let version = 1;
  for (const ids of [[one, two], [three, two], []]) {
    const changed = await user.change(notes, note.id, { [TAG_IDS]: ids });
    expect(changed).toMatchObject({ [TAG_IDS]: [...ids].sort(), version: ++version });
  }
  const entries = await chief.audit(notes, note.id);
  expect(entries.slice(1).map((entry) => [entry["before"], entry["after"]])).toEqual([
    [{ [TAG_IDS]: [] }, { [TAG_IDS]: [one, two] }],
    [{ [TAG_IDS]: [one, two] }, { [TAG_IDS]: [two, three] }],
    [{ [TAG_IDS]: [two, three] }, { [TAG_IDS]: [] }],
  ]);
});

test("links one by one", async ({ user, note }) => {
  const one = (await user.create(tags, { name: "1" })).id;
  const two = (await user.create(tags, { name: "2" })).id;
  const steps: ["link" | "unlink", tag: string, ids: string[], version: number][] = [
    ["link", two, [two], 2],
    ["link", one, [one, two], 3],
    ["link", one, [one, two], 3],
    ["unlink", one, [two], 4],
    ["unlink", one, [two], 4],
  ];
  for (const [change, tag, ids, version] of steps) {
    await user[change](notes, note.id, "tagIds", tag);
    expect(await user.read(notes, note.id)).toMatchObject({ [TAG_IDS]: ids, version });
  }
  await refused(404, user.link(notes, note.id, "tagIds", UNKNOWN));
  await refused(404, user.link(notes, UNKNOWN, "tagIds", one));
  const format = { [jsonName("tag_id")]: "format" };
  await refused(400, user.link(notes, UNKNOWN, "tagIds", "x"), format);
  await refused(400, user.unlink(notes, "x", "tagIds", "x"), { id: "format" });
});

test("restore", async ({ chief, user, stranger, folder }) => {
  await refused(409, chief.restore(folders, folder.id));
  await user.delete(folders, folder.id);
  await refused(403, user.restore(folders, folder.id));
  await refused(401, stranger.restore(folders, folder.id));
  const back = await chief.restore(folders, folder.id);
  expect(back.version).toBe(3);
  expect(await user.read(folders, folder.id)).toEqual(back);
  await refused(404, chief.restore(folders, UNKNOWN));
  await refused(404, chief.restore(folders, uuid7()));
});

test("a relation, a field or a table that nobody knows is a mistake", () => {
  expect(() => folders.field("nothing")).toThrow("has no field nothing");
  expect(() => folders.reference("name")).toThrow("has no relation name");
  expect(() => notes.linksUnder("folderId")).toThrow("has no relation folderId");
});

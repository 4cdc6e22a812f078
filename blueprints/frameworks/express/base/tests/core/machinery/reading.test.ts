/** Reading rows: who sees them, what stands beside them, and what was written to them. */

import { expect } from "vitest";
import { jsonName } from "../../../src/core/naming.ts";
import { Desk, person, refused, UNKNOWN } from "./desk.ts";
import { test } from "./fixtures.ts";
import { cards, folders, notes, tags } from "./resources.ts";

const FOLDER_ID = jsonName("folder_id");
const TAG_IDS = jsonName("tag_ids");
const DELETED = `${jsonName("include_deleted")}=true`;

test("a row is read as it was made", async ({ user }) => {
  const made = await user.create(folders, { name: "a", data: { b: [1.5] } });
  expect(await user.read(folders, made.id)).toEqual(made);
  expect(await user.read(folders, made.id.toUpperCase())).toEqual(made);
  expect(made).toMatchObject({
    version: 1,
    data: { b: [1.5] },
    [jsonName("owner_id")]: user.caller.userId,
    [jsonName("created_at")]: made[jsonName("updated_at")],
  });
});

test("ids that lead nowhere", async ({ user }) => {
  await refused(404, user.read(folders, UNKNOWN));
  await refused(400, user.read(folders, "x"), { id: "format" });
  await refused(404, user.pageOf(notes, "folderId", UNKNOWN));
  await refused(404, user.pageLinkedTo(notes, "tagIds", UNKNOWN));
  await refused(404, user.pageLinked(tags, notes, "tagIds", UNKNOWN));
});

test("who sees a row", async ({ chief, user, editor, stranger }) => {
  const other = new Desk(user.database, person("user"));
  const made = await user.create(folders, { name: "a" });
  for (const desk of [user, editor, chief]) {
    expect(await desk.read(folders, made.id)).toEqual(made);
    expect((await desk.page(folders)).items).toEqual([made]);
  }
  await refused(404, other.read(folders, made.id));
  expect((await other.page(folders))["total"]).toBe(0);
  await refused(401, stranger.read(folders, made.id));
  await refused(401, stranger.page(folders));
});

test("rows that refer to a row", async ({ user, stranger }) => {
  const one = await user.create(folders, { name: "a" });
  const two = await user.create(folders, { name: "b" });
  const here = { [FOLDER_ID]: one.id };
  const made = [
    await user.create(notes, { text: "x", ...here }),
    await user.create(notes, { text: "y", ...here }),
  ];
  const card = await user.create(cards, here);
  expect((await user.pageOf(notes, "folderId", one.id)).items).toEqual(made);
  expect((await user.pageOf(notes, "folderId", two.id)).items).toEqual([]);
  expect(await user.readOf(cards, "folderId", one.id)).toEqual(card);
  await refused(404, user.readOf(cards, "folderId", two.id));
  // Anybody may read notes and cards, but not learn what lies in a folder that he may not read.
  await refused(404, stranger.pageOf(notes, "folderId", one.id));
  await refused(404, stranger.readOf(cards, "folderId", one.id));
});

test("rows that are linked", async ({ user }) => {
  const folder = await user.create(folders, { name: "a" });
  const here = { [FOLDER_ID]: folder.id };
  const one = await user.create(tags, { name: "1" });
  const two = await user.create(tags, { name: "2" });
  await user.create(tags, { name: "3" });
  const note = await user.create(notes, { text: "x", ...here, [TAG_IDS]: [two.id, one.id] });
  const other = await user.create(notes, { text: "y", ...here });
  expect(note[TAG_IDS]).toEqual([one.id, two.id]);
  expect((await user.pageLinked(tags, notes, "tagIds", note.id)).items).toEqual([one, two]);
  expect((await user.pageLinked(tags, notes, "tagIds", other.id)).items).toEqual([]);
  expect((await user.pageLinkedTo(notes, "tagIds", one.id)).items).toEqual([note]);
});

test("expand", async ({ chief, user, stranger }) => {
  const tag = await chief.create(tags, { name: "t" });
  const parent = await user.create(folders, { name: "a" });
  const references = { [jsonName("parent_id")]: parent.id, [jsonName("tag_id")]: tag.id };
  const child = await user.create(folders, { name: "b", ...references });
  const found = await user.read(folders, child.id, "expand=parent,tag");
  expect(found).toEqual({ ...child, parent, tag });
  const rows = (await user.page(folders, "expand=parent")).items;
  expect(rows.map((row) => row["parent"])).toEqual([null, parent]);
  await refused(400, user.read(folders, child.id, "expand=owner"), { expand: "enum" });
  const note = await user.create(notes, { text: "x", [FOLDER_ID]: child.id });
  expect((await user.read(notes, note.id, "expand=folder"))["folder"]).toEqual(child);
  const hidden = await stranger.read(notes, note.id, "expand=folder");
  expect(hidden).toEqual({ ...note, folder: null });
  await refused(400, stranger.read(tags, tag.id, "expand=x"), { expand: "unknown" });
});

test("deleted rows are for admins", async ({ chief, user, stranger }) => {
  const kept = await user.create(folders, { name: "a" });
  const gone = await user.create(folders, { name: "b" });
  await user.delete(folders, gone.id);
  for (const desk of [user, chief]) {
    await refused(404, desk.read(folders, gone.id));
    expect((await desk.page(folders)).items).toEqual([kept]);
  }
  await refused(403, user.page(folders, DELETED));
  await refused(401, stranger.page(folders, DELETED));
  const found = await chief.read(folders, gone.id, DELETED);
  expect(found.version).toBe(2);
  expect(found[jsonName("deleted_at")]).toBe(found[jsonName("updated_at")]);
  expect(await chief.read(folders, kept.id, DELETED)).toEqual(kept);
  expect((await chief.page(folders, DELETED)).items).toEqual([kept, found]);
  // Where nothing is kept, there is nothing to ask for.
  await refused(400, chief.page(notes, DELETED), { [jsonName("include_deleted")]: "unknown" });
});

test("audit", async ({ chief, user, stranger }) => {
  const made = await user.create(folders, { name: "a", secret: "s", data: { b: 1 } });
  await user.change(folders, made.id, { name: "a", secret: "t" });
  await chief.change(folders, made.id, { name: "c" });
  await user.delete(folders, made.id);
  await chief.restore(folders, made.id);
  const entries = await chief.audit(folders, made.id);
  const mine = user.caller.userId;
  const theirs = chief.caller.userId;
  const deletedAt = jsonName("deleted_at");
  const seen = entries.map((entry) => [
    entry["action"],
    entry[jsonName("actor_id")],
    entry["before"],
    entry["after"],
  ]);
  expect(seen).toEqual([
    ["create", mine, null, { name: "a", secret: "***", data: { b: 1 } }],
    ["update", mine, { secret: "***" }, { secret: "***" }],
    ["update", theirs, { name: "a" }, { name: "c" }],
    ["delete", mine, { name: "c", secret: "***", data: { b: 1 } }, null],
    ["restore", theirs, { [deletedAt]: expect.stringMatching(/Z$/) }, { [deletedAt]: null }],
  ]);
  await refused(403, user.audit(folders, made.id));
  await refused(401, stranger.audit(folders, made.id));
  await refused(404, chief.audit(folders, UNKNOWN));
});

/** Deleting rows: what happens to those that refer or link to them. */

import { expect } from "vitest";
import { jsonName } from "../../../src/core/naming.ts";
import type { AnyRepository } from "../../../src/core/repository.ts";
import type { Row } from "../../http.ts";
import { type Desk, refused, UNKNOWN } from "./desk.ts";
import { test } from "./fixtures.ts";
import { cards, folders, notes, pins, slips, tags } from "./resources.ts";

const [FOLDER_ID, PARENT_ID] = [jsonName("folder_id"), jsonName("parent_id")];
const [TAG_ID, TAG_IDS] = [jsonName("tag_id"), jsonName("tag_ids")];
const DELETED = `${jsonName("include_deleted")}=true`;

/** The last thing that was done to each row. */
async function actions(chief: Desk, ...rows: [of: AnyRepository, row: Row][]): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const [of, { id }] of rows) {
    found.push((await chief.audit(of, id)).at(-1)?.["action"]);
  }
  return found;
}

test("for good", async ({ user }) => {
  const tag = await user.create(tags, { name: "t" });
  await user.delete(tags, tag.id);
  await refused(404, user.delete(tags, tag.id));
  await refused(404, user.delete(tags, UNKNOWN));
  expect((await user.page(tags)).items).toEqual([]);
});

test("a faulty request deletes nothing", async ({ user, editor }) => {
  const folder = await user.create(folders, { name: "a" });
  await refused(400, user.delete(folders, folder.id, "x=1"), { x: "unknown" });
  await refused(403, editor.delete(folders, folder.id));
  expect(await user.read(folders, folder.id)).toEqual(folder);
});

test("restrict, cascade and set null", async ({ chief, user }) => {
  const folder = await user.create(folders, { name: "a" });
  const here = { [FOLDER_ID]: folder.id };
  const note = await user.create(notes, { text: "x", ...here });
  const card = await user.create(cards, here);
  const pin = await user.create(pins, here);
  await refused(409, user.delete(folders, folder.id));
  expect(await user.read(folders, folder.id)).toEqual(folder);
  expect(await user.read(notes, note.id)).toEqual(note);
  expect(await user.read(cards, card.id)).toEqual(card);
  await user.delete(pins, pin.id);
  await user.delete(folders, folder.id);
  await refused(404, user.read(notes, note.id));
  expect(await user.read(cards, card.id)).toMatchObject({ [FOLDER_ID]: null, version: 2 });
  const done = await actions(chief, [folders, folder], [notes, note], [cards, card]);
  expect(done).toEqual(["delete", "delete", "update"]);
  // What was softly deleted comes back alone.
  await chief.restore(folders, folder.id);
  expect((await user.pageOf(notes, "folderId", folder.id)).items).toEqual([]);
});

test("a deletion goes once around a circle", async ({ chief, user }) => {
  const folder = await user.create(folders, { name: "a" });
  const inner = await user.create(folders, { name: "b", [PARENT_ID]: folder.id });
  await user.change(folders, folder.id, { [PARENT_ID]: inner.id });
  await user.delete(folders, folder.id);
  const rows = (await chief.page(folders, DELETED)).items;
  expect(rows.map((row) => jsonName("deleted_at") in row)).toEqual([true, true]);
  expect(rows.map((row) => row.version)).toEqual([3, 2]);
  const done = await actions(chief, [folders, folder], [folders, inner]);
  expect(done).toEqual(["delete", "delete"]);
});

test("kept rows refer to nothing that is gone", async ({ chief, user }) => {
  const tag = await user.create(tags, { name: "t" });
  const tagged = { [TAG_ID]: tag.id };
  const first = await user.create(folders, { name: "a", ...tagged });
  const second = await user.create(folders, { name: "b", ...tagged });
  const slip = await user.create(slips, tagged);
  await user.create(slips, tagged);
  await user.delete(folders, first.id);
  await user.delete(slips, slip.id);
  await user.delete(tags, tag.id);
  const kept = (await chief.page(folders, DELETED)).items;
  expect(kept.map(({ id }) => id)).toEqual([first.id, second.id]);
  expect(kept.map((row) => row[TAG_ID])).toEqual([null, null]);
  expect((await user.page(folders)).items).toEqual([]);
  // A slip cannot be without a tag, not even when it is kept.
  expect((await chief.page(slips, DELETED)).items).toEqual([]);
});

test("links to a deleted row go", async ({ chief, user }) => {
  const folder = await user.create(folders, { name: "a" });
  const tag = await user.create(tags, { name: "t" });
  const other = await user.create(tags, { name: "u" });
  const ids = [tag.id, other.id];
  const note = await user.create(notes, { text: "x", [FOLDER_ID]: folder.id, [TAG_IDS]: ids });
  await user.delete(tags, tag.id);
  const left = await user.read(notes, note.id);
  expect(left).toMatchObject({ [TAG_IDS]: [other.id], version: 2 });
  await user.delete(notes, note.id);
  const entries = await chief.audit(notes, note.id);
  expect(entries[1]).toMatchObject({
    before: { [TAG_IDS]: ids },
    after: { [TAG_IDS]: [other.id] },
  });
  expect(entries[2]).toMatchObject({ before: { [TAG_IDS]: [other.id] }, after: null });
  expect((await user.page(tags)).items).toEqual([other]);
});

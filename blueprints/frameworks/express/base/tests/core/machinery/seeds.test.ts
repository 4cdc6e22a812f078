/** Examples that refer to one another. */

import { expect } from "vitest";
import { createBody } from "../../../src/core/bodies.ts";
import { jsonName } from "../../../src/core/naming.ts";
import { nth, type Seed, seedOf, storeSeeds } from "../../../src/core/seeding.ts";
import { test } from "./fixtures.ts";
import { folders, notes, tags } from "./resources.ts";

const [FOLDER_ID, TAG_IDS] = [jsonName("folder_id"), jsonName("tag_ids")];

const TAGS = seedOf({
  repository: tags,
  body: createBody(tags.declared),
  examples: [{ name: "t0" }, { name: "t1" }],
});
const FOLDERS = seedOf({
  repository: folders,
  body: createBody(folders.declared),
  examples: [{ name: "f0" }, { name: "f1" }],
});
const NOTES = seedOf({
  repository: notes,
  body: createBody(notes.declared),
  examples: [
    { text: "n0", [FOLDER_ID]: nth(folders, 0), [TAG_IDS]: [nth(tags, 1), nth(tags, 0)] },
    { text: "n1", [FOLDER_ID]: nth(folders, 1), price: "10.50" },
    { text: "n2", [FOLDER_ID]: nth(folders, 1), [TAG_IDS]: [nth(tags, 1)] },
  ],
});

const ALL: readonly Seed[] = [TAGS, FOLDERS, NOTES];

test("rows refer to rows before them", async ({ database, user, chief }) => {
  await storeSeeds(database, ALL);
  const [first, second] = (await chief.page(folders, "sort=name")).items;
  const [, other] = (await user.page(tags)).items;
  const { items } = await user.page(notes, "sort=text");
  expect(items.map((row) => row[FOLDER_ID])).toEqual([first?.id, second?.id, second?.id]);
  const linked = items.map((row) => row[TAG_IDS] as readonly string[]);
  expect(linked.map((ids) => ids.length)).toEqual([2, 0, 1]);
  expect(linked.at(-1)).toEqual([other?.id]);
  expect(items.map(({ price }) => price)).toEqual([null, "10.50", null]);
});

test("what refers to a row that is not there is left out", async ({ database, user, chief }) => {
  const folder = await user.create(folders, { name: "f" });
  await storeSeeds(database, ALL);
  expect((await chief.page(folders)).items).toEqual([folder]);
  const { items } = await user.page(notes);
  expect(items.map(({ text }) => text)).toEqual(["n0"]);
});

test("so is what links to one", async ({ database, user }) => {
  await user.create(tags, { name: "t" });
  await storeSeeds(database, ALL);
  const { items } = await user.page(notes);
  expect(items.map(({ text }) => text)).toEqual(["n1"]);
});

test("a table whose rows are all deleted is not empty", async ({ database, user, chief }) => {
  const folder = await user.create(folders, { name: "f" });
  await user.delete(folders, folder.id);
  await storeSeeds(database, [FOLDERS]);
  expect((await chief.page(folders)).items).toEqual([]);
});

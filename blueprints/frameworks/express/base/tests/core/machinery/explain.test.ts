/** `make explain`: which lists want an index. */

import { expect } from "vitest";
import { jsonName } from "../../../src/core/naming.ts";
import { explain, report } from "../../../src/explain.ts";
import { test } from "./fixtures.ts";
import { folders, notes, tags } from "./resources.ts";

const KEYS = ["text", "stars", "price", "done", "day"];
const [FOLDER_ID, TAG_IDS] = [jsonName("folder_id"), jsonName("tag_ids")];

test("it names the index that a list wants", async ({ chief, world }) => {
  const tag = await chief.create(tags, { name: "c" });
  const folder = await chief.create(folders, { name: "a" });
  const note = { text: "b", done: true, stars: 1, price: "1.00", day: "2026-01-01" };
  await chief.create(notes, { ...note, [FOLDER_ID]: folder.id, [TAG_IDS]: [tag.id] });
  const findings = await explain(world, [notes]);
  const { table } = notes;
  const wanted = findings.filter(({ advice }) => advice !== undefined);
  const expected = [
    ...KEYS.map((name) => [
      `GET /notes?${name}=…`,
      `reads every row; wants CREATE INDEX ix_${table}_${name} ON ${table} (${name})`,
    ]),
    ...KEYS.map((name) => [
      `GET /notes?sort=${name}`,
      `sorts every row; wants CREATE INDEX ix_${table}_${name} ON ${table} (${name}, id)`,
    ]),
    ["GET /notes?q=…", "reads every row: no ordinary index helps a search inside texts"],
  ];
  expect(Object.fromEntries(wanted.map(({ shown, advice }) => [shown, advice]))).toEqual(
    Object.fromEntries(expected),
  );
  const others = findings.filter(({ advice }) => advice === undefined);
  expect(new Set(others.map(({ shown }) => shown))).toEqual(
    new Set([
      "GET /notes",
      `GET /notes?${FOLDER_ID}=…`,
      `GET /…/{id}/notes by ${FOLDER_ID}`,
      `GET /…/{id}/notes by ${TAG_IDS}`,
    ]),
  );
  for (const { shown, plans } of findings) {
    expect(plans.flat(), shown).not.toEqual([]);
  }
  expect(report(findings).at(-1)).toBe(`${findings.length} lists explained, 11 marked with !`);
});

test("of a table without rows there is nothing to explain", async ({ world }) => {
  expect(report(await explain(world, [notes]))).toEqual(["0 lists explained, 0 marked with !"]);
});

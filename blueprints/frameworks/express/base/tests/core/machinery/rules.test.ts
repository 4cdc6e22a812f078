/** Rules of rows, and commands. */

import { expect } from "vitest";
import { equal } from "../../../src/core/conditions.ts";
import { jsonName } from "../../../src/core/naming.ts";
import { type Values, writing } from "../../../src/core/writing.ts";
import type { Row } from "../../http.ts";
import { type Desk, refused } from "./desk.ts";
import { test } from "./fixtures.ts";
import { cards, numberOf } from "./resources.ts";

/** Set something by a command that asks for a card with a number. */
async function command(desk: Desk, id: string, wanted: number, values: Values): Promise<Row> {
  const after = await writing(desk.call(), cards, "update", async (unit) => {
    const row = await unit.find(id, "update");
    unit.require(({ new: card }) => equal(numberOf(card), wanted), row);
    return await unit.present(await unit.apply(row, values));
  });
  return after as Row;
}

test("a rule refuses only what is false", async ({ user }) => {
  await refused(400, user.create(cards, { number: -1 }), { number: "rule" });
  const card = await user.create(cards, { number: 0 });
  await refused(400, user.change(cards, card.id, { number: -1 }), { number: "rule" });
  expect(await user.read(cards, card.id)).toEqual(card);
  expect((await user.change(cards, card.id, { number: null }))["number"]).toBeNull();
});

test("a rule of no field looks at what there was", async ({ user }) => {
  const card = await user.create(cards, { number: null });
  await refused(400, user.change(cards, card.id, { number: 13 }), { "": "rule" });
  await user.change(cards, card.id, { number: 12 });
  expect((await user.change(cards, card.id, { number: 13 }))["number"]).toBe(13);
});

test("a rule is not asked about a faulty body", async ({ user }) => {
  const values = { number: -1, [jsonName("folder_id")]: 5 };
  await refused(400, user.create(cards, values), { [jsonName("folder_id")]: "type" });
});

test("a command is possible or not", async ({ user }) => {
  const card = await user.create(cards, { number: 1 });
  await refused(409, command(user, card.id, 2, { number: 3 }));
  expect(await user.read(cards, card.id)).toEqual(card);
  expect(await command(user, card.id, 1, { number: 3 })).toMatchObject({ number: 3, version: 2 });
});

test("a command keeps the rules", async ({ user }) => {
  const card = await user.create(cards, { number: 1 });
  await refused(409, command(user, card.id, 1, { number: -3 }));
  expect(await user.read(cards, card.id)).toEqual(card);
});

test("a command that sets nothing leaves its mark all the same", async ({ user, chief }) => {
  const card = await user.create(cards, { number: 1 });
  expect(await command(user, card.id, 1, {})).toMatchObject({ number: 1, version: 2 });
  const entries = await chief.audit(cards, card.id);
  expect(entries.map(({ action }) => action)).toEqual(["create", "update"]);
});

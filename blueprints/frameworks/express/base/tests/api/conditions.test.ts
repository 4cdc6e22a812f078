/** Rules and commands: each condition is worth what it should be, and stands in the way of writes. */

import { expect } from "vitest";
import type { Database } from "../../src/core/database.ts";
import type { JsonObject } from "../../src/core/fields.ts";
import {
  conditionOf,
  ownerOf,
  stateOf,
  stored,
  VECTORS,
  type Vector,
  vectors,
} from "../conditions.ts";
import { repositoryOf, resourceNamed } from "../factories.ts";
import { test } from "../fixtures.ts";
import {
  type Answer,
  type Client,
  faultsIn,
  type Headers,
  itemsIn,
  type Row,
  rowIn,
} from "../http.ts";
import { COMMANDS } from "../resources.ts";
import { type Command, type Resource, sampleOf } from "../table.ts";
import { atOnce, pathOf } from "./common.ts";

const CALLS = COMMANDS.flatMap((command) => {
  const resource = resourceNamed(command.entity);
  return resource === undefined ? [] : [{ resource, command }];
});

test("every condition has cases, and every command a resource", () => {
  expect(VECTORS.filter(({ cases }) => cases.length === 0)).toEqual([]);
  expect(CALLS).toHaveLength(COMMANDS.length);
});

test.for(VECTORS)("$entity $kind $name: what the condition is worth", async (vector) => {
  const condition = await conditionOf(vector);
  for (const it of vector.cases) {
    expect(condition(stateOf(vector, it)), JSON.stringify(it)).toBe(it.holds);
  }
});

test.for(vectors("rule", "create", "update", "read"))(
  "$entity rule $name stands in the way of writes",
  async (vector, { admin, factory }) => {
    const resource = ownerOf(vector);
    const { rules, fields } = repositoryOf(resource);
    const rule = rules[Number(vector.name) - 1];
    const place = fields[rule?.field ?? ""]?.json ?? "";
    const row = await factory.make(resource);
    const path = pathOf(resource, row);
    const body = await factory.body(resource);
    for (const it of vector.cases.filter(({ holds }) => holds === false)) {
      Object.assign(body, it.new);
      const answers = [
        await admin.post(resource.path, body),
        await admin.put(path, body),
        await admin.patch(path, it.new),
      ];
      for (const answer of answers) {
        const found = faultsIn(answer);
        expect(new Set(Object.values(found))).toEqual(new Set(["rule"]));
        expect(found).toHaveProperty([place]);
      }
    }
    expect(rowIn(await admin.get(path))).toEqual(row);
  },
);

/** Call a command with right input. */
function call(
  caller: Client,
  { resource, command }: { readonly resource: Resource; readonly command: Command },
  row: Row,
  headers: Headers = {},
): Promise<Answer> {
  const pairs = command.fields.map((field) => [field.key, sampleOf(field, 0)]);
  const body = pairs.length > 0 ? Object.fromEntries(pairs) : undefined;
  return caller.post(`${pathOf(resource, row)}/${command.path}`, body, headers);
}

/** What a row must be for the command; nothing when nobody knows. */
function possible({ entity, name }: Command): Record<string, unknown> {
  const vector = VECTORS.find(
    (each) => each.kind === "command" && each.entity === entity && each.name === name,
  );
  const right = vector?.cases.find(({ holds }) => holds === true);
  return vector && right ? stored(vector, right.old) : {};
}

/** Give a row these values, whatever its rules say. */
async function prepare(
  database: Database,
  resource: Resource,
  row: Row,
  values: Record<string, unknown>,
): Promise<void> {
  const repository = repositoryOf(resource);
  if (Object.keys(values).length > 0) {
    const update = database.db.updateTable(repository.table).set(repository.store(values));
    await update.where("id", "=", row.id).execute();
  }
}

test.for(CALLS)(
  "$resource.entity $command.name: a command",
  async (it, { admin, database, factory }) => {
    const { resource, command } = it;
    const { rules } = repositoryOf(resource);
    const row = await factory.make(resource);
    const path = pathOf(resource, row);
    await prepare(database, resource, row, possible(command));
    expect((await call(admin, it, row, { "If-Match": '"9"' })).status).toBe(412);
    const done = await call(admin, it, row, { "If-Match": '"1"' });
    if (done.status === 409 && rules.length > 0) {
      return; // What the command sets and the rest of this row break a rule.
    }
    const after = rowIn(done);
    expect([after.version, done.header("ETag")]).toEqual([2, '"2"']);
    const shown = Object.entries(command.sets).filter(([key]) => Object.hasOwn(after, key));
    expect(after).toMatchObject(Object.fromEntries(shown));
    if (resource.audit) {
      const entries = itemsIn(await admin.get(`${path}/audit`));
      expect(entries.slice(0, 2).map((entry) => entry["action"])).toEqual(["create", "update"]);
    }
    const unknown = await admin.post(`${path}/${command.path}?nonsense=1`, { more: 1 });
    const faults = command.fields.length > 0 ? { more: "unknown" } : {};
    expect(faultsIn(unknown)).toMatchObject({ nonsense: "unknown", ...faults });
  },
);

/** The command that a condition belongs to. */
function callOf(vector: Vector): (typeof CALLS)[number] {
  const found = CALLS.find(
    ({ command }) => command.entity === vector.entity && command.name === vector.name,
  );
  if (found === undefined) {
    throw new Error(`there is no command ${vector.name}`);
  }
  return found;
}

test.for(vectors("command", "create"))(
  "$entity $name: a command that is not possible",
  async (vector, { admin, database, factory }) => {
    const it = callOf(vector);
    const row = await factory.make(it.resource);
    for (const each of vector.cases.filter(({ holds }) => holds !== true)) {
      await prepare(database, it.resource, row, stored(vector, each.old));
      expect((await call(admin, it, row)).status, JSON.stringify(each)).toBe(409);
    }
  },
);

test.for(vectors("rule", "create", "read"))(
  "$entity rule $name: a command breaks no rule",
  async (vector, { admin, database, factory }) => {
    const resource = ownerOf(vector);
    const row = await factory.make(resource);
    for (const it of CALLS.filter(({ command }) => command.entity === vector.entity)) {
      for (const values of brokenBy(it.command, vector)) {
        await prepare(database, resource, row, { ...possible(it.command), ...values });
        expect((await call(admin, it, row)).status).toBe(409);
        expect(rowIn(await admin.get(pathOf(resource, row))).version).toBe(1);
      }
    }
  },
);

/** What rows must be for a command to lead to where a rule is broken. */
function brokenBy({ sets }: Command, vector: Vector): Record<string, unknown>[] {
  const keys = Object.keys(sets);
  const reached = vector.cases.filter(
    ({ holds, new: after }) =>
      holds === false &&
      keys.every((key) => JSON.stringify(after[key]) === JSON.stringify(sets[key])),
  );
  return keys.length === 0
    ? []
    : reached.map(({ new: after }) => stored(vector, without(after, keys)));
}

function without(values: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(values).filter(([key]) => !keys.includes(key)));
}

test.for(CALLS)(
  "$resource.entity $command.name: who may call it",
  async (it, { factory, logIn, nobody }) => {
    const { access } = it.command;
    const row = await factory.make(it.resource, {}, await logIn("user"));
    const unknown = await call(nobody, it, row);
    const stranger = await logIn("user");
    const refused = await call(stranger, it, row);
    if (access.includes("public") || stranger.id === null) {
      expect([unknown.status, refused.status]).not.toContain(401);
      return;
    }
    expect(unknown.status).toBe(401);
    if (!access.includes("authenticated") && !access.includes("user")) {
      expect([403, 404]).toContain(refused.status);
    }
  },
);

test.for(CALLS)(
  "$resource.entity $command.name: repeated, it is done once",
  async (it, { admin, database, factory }) => {
    const row = await factory.make(it.resource);
    await prepare(database, it.resource, row, possible(it.command));
    const answers = await atOnce(4, () => call(admin, it, row, { "Idempotency-Key": "once" }));
    const [first] = answers;
    if (first?.status === 409 && repositoryOf(it.resource).rules.length > 0) {
      return; // As above.
    }
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(first && rowIn(first).version).toBe(2);
  },
);

/** The same request again: one effect, one answer. */

import { expect } from "vitest";
import type { Database } from "../../src/core/database.ts";
import { storage } from "../../src/core/driver.ts";
import { forgetOldKeys } from "../../src/core/idempotency.ts";
import { repositoryOf } from "../factories.ts";
import { test } from "../fixtures.ts";
import { type Answer, errorIn, faultsIn, rowIn } from "../http.ts";
import { writtenOf } from "../table.ts";
import { atOnce, resources, UNKNOWN_ID } from "./common.ts";

const CREATED = resources("create");
// The more fields, the more there is to compare.
const LARGEST = CREATED.toSorted(
  (one, other) => writtenOf(other).length - writtenOf(one).length,
).slice(0, 1);
const KEY = { "Idempotency-Key": "a key: 1~" };
const TABLE = "idempotency_keys";

/** How many rows there are. */
async function count(database: Database, table: string): Promise<number> {
  const counting = database.db.selectFrom(table).select((eb) => eb.fn.countAll().as("count"));
  return Number((await counting.executeTakeFirstOrThrow())["count"]);
}

function replayed(answer: Answer): string | null {
  return answer.header("Idempotency-Replayed");
}

test.for(CREATED)(
  "$entity: requests with one key make one row",
  async (resource, { admin, database, factory }) => {
    const body = await factory.body(resource);
    const { table } = repositoryOf(resource);
    const before = await count(database, table);
    const answers = await atOnce(8, () => admin.post(resource.path, body, KEY));
    const [first] = answers;
    for (const answer of answers) {
      expect(answer.status, answer.text).toBe(201);
      expect(answer.text).toBe(first?.text);
      expect(answer.header("Location")).toBe(first?.header("Location"));
      expect(answer.header("ETag")).toBe('"1"');
    }
    expect(answers.map(replayed).sort()).toEqual([null, ...Array(7).fill("true")].sort());
    expect(await count(database, table)).toBe(before + 1);
  },
);

test.for(LARGEST)("$entity: another body is refused", async (resource, { admin, factory }) => {
  const body = await factory.body(resource);
  const made = await admin.post(resource.path, body, KEY);
  expect(made.status, made.text).toBe(201);
  // The order of keys and white space say nothing.
  const turned = Object.fromEntries(Object.entries(body).reverse());
  const same = await admin.request("POST", resource.path, {
    body: JSON.stringify(turned, null, 1),
    headers: { ...KEY, "Content-Type": "application/json" },
  });
  expect([same.status, same.text]).toEqual([201, made.text]);
  for (const other of [{ ...body, nonsense: 1 }, {}, []]) {
    const answer = await admin.post(resource.path, other, KEY);
    expect(errorIn(answer, 422).code).toBe("IDEMPOTENCY_KEY_REUSED");
  }
});

test.for(CREATED)(
  "$entity: numbers are compared by value",
  async (resource, { admin, factory }) => {
    const body = await factory.body(resource);
    const made = await admin.post(resource.path, body, KEY);
    const marked = JSON.stringify(body, (_, value: unknown) =>
      Number.isInteger(value) ? `\u0001${value}.0\u0001` : value,
    );
    const again = await admin.request("POST", resource.path, {
      body: marked.replaceAll(/"\\u0001|\\u0001"/g, ""),
      headers: { ...KEY, "Content-Type": "application/json" },
    });
    expect([again.status, again.text]).toEqual([201, made.text]);
  },
);

test("a key belongs to a path", async ({ admin, factory }) => {
  for (const resource of CREATED) {
    const made = await admin.post(resource.path, await factory.body(resource), KEY);
    expect(made.status, made.text).toBe(201);
    expect(replayed(made)).toBeNull();
  }
});

test.for(LARGEST)(
  "$entity: a key belongs to a caller",
  async (resource, { admin, factory, logIn }) => {
    const other = await logIn("admin");
    const made = rowIn(await admin.post(resource.path, await factory.body(resource), KEY), 201);
    const body = await factory.body(resource);
    const also = await other.post(resource.path, body, KEY);
    if (other.id === null) {
      // Without accounts an address is a caller, and both have the same one.
      expect(errorIn(also, 422).code).toBe("IDEMPOTENCY_KEY_REUSED");
    } else {
      expect(rowIn(also, 201).id).not.toBe(made.id);
    }
  },
);

test.for(LARGEST)("$entity: a failure is not kept", async (resource, { admin, factory }) => {
  const body = await factory.body(resource);
  const refused = await admin.post(resource.path, { ...body, id: UNKNOWN_ID }, KEY);
  expect(faultsIn(refused)).toEqual({ id: "readOnly" });
  const made = await admin.post(resource.path, body, KEY);
  expect(made.status, made.text).toBe(201);
  expect(replayed(made)).toBeNull();
});

const NO_KEYS = ["", "x".repeat(256), "caf\u00e9", "a\tb"];

test.for(LARGEST.flatMap((resource) => NO_KEYS.map((key) => ({ resource, key }))))(
  "$resource.entity: $key is no key",
  async ({ resource, key }, { admin, factory }) => {
    const body = await factory.body(resource);
    const answer = await admin.post(resource.path, body, { "Idempotency-Key": key });
    expect(faultsIn(answer)).toEqual({ "Idempotency-Key": "format" });
  },
);

test.for(LARGEST)("$entity: keys are forgotten", async (resource, { admin, database, factory }) => {
  const old = { created_at: storage.moment.store(new Date("2020-01-01T00:00:00Z")) };
  const body = await factory.body(resource);
  const made = rowIn(await admin.post(resource.path, body, KEY), 201);
  await forgetOldKeys(database, 86_400);
  expect(await count(database, TABLE)).toBe(1);
  await database.db.updateTable(TABLE).set(old).execute();
  await factory.forget(resource, made);
  const again = rowIn(await admin.post(resource.path, body, KEY), 201);
  expect(again.id).not.toBe(made.id);
  await database.db.updateTable(TABLE).set(old).execute();
  await forgetOldKeys(database, 86_400);
  expect(await count(database, TABLE)).toBe(0);
});

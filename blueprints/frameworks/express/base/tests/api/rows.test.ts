/** Single rows: reading, writing, validation, versions, deletion, audit. */

import Big from "big.js";
import { expect } from "vitest";
import type { Action } from "../../src/core/access.ts";
import type { JsonObject, JsonValue } from "../../src/core/fields.ts";
import { jsonName } from "../../src/core/naming.ts";
import type { Stored } from "../../src/core/repository.ts";
import { right, wrong } from "../boundaries.ts";
import { ADMINS_ONLY } from "../callers.ts";
import { repositoryOf } from "../factories.ts";
import { test } from "../fixtures.ts";
import { each, faultsIn, itemsIn, rowIn } from "../http.ts";
import { RESOURCES } from "../resources.ts";
import { can, type Field, isNeeded, neededOf, sampleOf, writtenOf } from "../table.ts";
import { atOnce, breaksRule, fields, pathOf, resources, UNKNOWN_ID } from "./common.ts";

const METHODS: Readonly<Record<Action, readonly string[]>> = {
  list: ["GET"],
  read: ["GET"],
  create: ["POST"],
  update: ["PUT", "PATCH"],
  delete: ["DELETE"],
};
const SHOWN_JSON = fields("read", "update").filter(
  ({ field }) => field.type === "json" && !field.private && !field.many,
);
const WITH_PRIVATE_FIELDS = resources("update").filter((resource) =>
  writtenOf(resource).some((field) => field.private),
);
const SERVER_FIELDS = resources("create").flatMap((resource) =>
  resource.fields.filter((field) => field.readOnly).map((field) => ({ resource, field })),
);

test.for(resources("read", "create"))(
  "$entity: a row is made and read",
  async (resource, { admin, factory }) => {
    const body = await factory.body(resource);
    const made = await admin.post(resource.path, body);
    const row = rowIn(made, 201);
    const hidden = resource.fields.filter((field) => field.private).map(({ key }) => key);
    expect(Object.keys(row).filter((key) => hidden.includes(key))).toEqual([]);
    const sent = Object.entries(body).filter(([key]) => !hidden.includes(key));
    expect(row).toMatchObject(Object.fromEntries(sent));
    expect(row.version).toBe(1);
    expect(made.header("Location")).toMatch(new RegExp(`${pathOf(resource, row)}$`));
    const read = await admin.get(pathOf(resource, row));
    expect(read.json).toEqual(row);
    expect(read.header("ETag")).toBe('"1"');
    const same = await admin.get(pathOf(resource, row), { "If-None-Match": 'W/"1"' });
    expect([same.status, same.text]).toEqual([304, ""]);
  },
);

test.for(RESOURCES)("$entity: what is no action has no route", async (resource, { admin }) => {
  const places: [string, Action[]][] = [
    [resource.path, ["list", "create"]],
    [`${resource.path}/${UNKNOWN_ID}`, ["read", "update", "delete"]],
  ];
  for (const [path, actions] of places) {
    const left = actions.some((action) => can(resource, action));
    for (const action of actions.filter((it) => !can(resource, it))) {
      for (const method of METHODS[action]) {
        const answer = await admin.request(method, path);
        expect(answer.status, `${method} ${path}`).toBe(left ? 405 : 404);
      }
    }
  }
});

test.for(resources("create"))("$entity: all faults come at once", async (resource, { admin }) => {
  const answer = await admin.post(`${resource.path}?unasked=1`, { id: UNKNOWN_ID, nonsense: 1 });
  expect(faultsIn(answer)).toEqual({
    id: "readOnly",
    nonsense: "unknown",
    unasked: "unknown",
    ...each(neededOf(resource), "required"),
  });
  const headers = { "Content-Type": "application/json" };
  for (const body of ["null", "[]", '"x"', "5", "5.5"]) {
    const refused = await admin.request("POST", resource.path, { body, headers });
    expect(faultsIn(refused)).toEqual({ "": "type" });
  }
});

test.for(fields("update"))(
  "$resource.entity $field.key: limits of a field",
  async ({ resource, field }, { admin, factory }) => {
    const path = pathOf(resource, await factory.make(resource));
    for (const { value, answer: expected } of right(field)) {
      const answer = await admin.patch(path, { [field.key]: value });
      if (field.ruled && breaksRule(answer)) {
        continue;
      }
      const row = rowIn(answer);
      if (!field.private) {
        expect(row[field.key]).toEqual(expected);
      }
    }
    for (const { value, place, rule } of wrong(field)) {
      const answer = await admin.patch(path, { [field.key]: value });
      expect(faultsIn(answer), JSON.stringify(value)).toEqual({ [place]: rule });
    }
    const nothing = await admin.patch(path, { [field.key]: null });
    if (!field.optional) {
      expect(faultsIn(nothing)).toEqual({ [field.key]: "required" });
    } else if (!field.private) {
      expect(rowIn(nothing)[field.key]).toBeNull();
    }
  },
);

test.for(fields("create"))(
  "$resource.entity $field.key: limits of a field of a new row",
  async ({ resource, field }, { admin, factory }) => {
    const body = await factory.body(resource);
    for (const { value, answer: expected } of right(field)) {
      const answer = await admin.post(resource.path, { ...body, [field.key]: value });
      if (field.ruled && breaksRule(answer)) {
        continue;
      }
      const row = rowIn(answer, 201);
      if (!field.private) {
        expect(row[field.key]).toEqual(expected);
      }
      await factory.forget(resource, row);
    }
    for (const { value, place, rule } of wrong(field)) {
      const answer = await admin.post(resource.path, { ...body, [field.key]: value });
      expect(faultsIn(answer), JSON.stringify(value)).toEqual({ [place]: rule });
    }
  },
);

test.for(SERVER_FIELDS)(
  "$resource.entity $field.key: nobody sets a read-only field",
  async ({ resource, field }, { admin, factory }) => {
    const body = await factory.body(resource, { [field.key]: sampleOf(field, 1) });
    const answer = await admin.post(resource.path, body);
    expect(faultsIn(answer)).toEqual({ [field.key]: "readOnly" });
    const row = await factory.make(resource);
    if (!field.private) {
      expectDefault(field, row[field.key]);
    }
  },
);

test.for(SHOWN_JSON)(
  "$resource.entity $field.key: a patch merges inside JSON",
  async ({ resource, field: { key } }, { admin, factory }) => {
    const row = await factory.make(resource, { [key]: { a: { b: 1, c: [2] }, d: 3 } });
    const steps: [patch: JsonObject, merged: JsonObject][] = [
      [{ a: { b: null, e: { f: 4 } } }, { a: { c: [2], e: { f: 4 } }, d: 3 }],
      [{ a: { c: [null], e: 5 }, d: null }, { a: { c: [null], e: 5 } }],
      [{ a: [6] }, { a: [6] }],
      [{}, { a: [6] }],
    ];
    for (const [patch, merged] of steps) {
      const headers = { "Content-Type": "application/merge-patch+json" };
      const answer = await admin.patch(pathOf(resource, row), { [key]: patch }, headers);
      expect(rowIn(answer)[key]).toEqual(merged);
      expect(rowIn(await admin.get(pathOf(resource, row)))[key]).toEqual(merged);
    }
  },
);

test.for(resources("update"))("$entity: put and patch", async (resource, { admin, factory }) => {
  const row = await factory.make(resource);
  const path = pathOf(resource, row);
  expect(rowIn(await admin.patch(path, {}))).toEqual(row);
  const needed = neededOf(resource);
  const body = Object.entries(await factory.body(resource));
  const least = Object.fromEntries(body.filter(([key]) => needed.includes(key)));
  const put = await admin.put(path, least, { "If-Match": '"1"' });
  const replaced = rowIn(put);
  expect([replaced.version, put.header("ETag")]).toEqual([2, '"2"']);
  for (const field of writtenOf(resource)) {
    if (!isNeeded(field) && !field.private) {
      expectDefault(field, replaced[field.key]);
    }
  }
  for (const tag of ['"1"', "garbled"]) {
    for (const method of ["PUT", "PATCH"]) {
      const late = await admin.request(method, path, { json: {}, headers: { "If-Match": tag } });
      expect(late.status).toBe(412);
    }
  }
});

/** Expect what a field has when nothing was given. */
function expectDefault(field: Field, value: JsonValue | undefined): void {
  const { type, default: fallback = null } = field;
  if (fallback === "now" && ["date", "datetime"].includes(type)) {
    expect(value).toBeTypeOf("string");
  } else if (fallback === null || field.many) {
    expect(value, field.key).toEqual(fallback);
  } else if (type === "decimal") {
    expect(new Big(String(value)).cmp(String(fallback)), field.key).toBe(0);
  } else if (type === "datetime") {
    expect(Date.parse(String(value)), field.key).toBe(Date.parse(String(fallback)));
  } else {
    expect(value, field.key).toEqual(fallback);
  }
}

test.for(WITH_PRIVATE_FIELDS)(
  "$entity: a put keeps private fields that are left out",
  async (resource, { admin, database, factory }) => {
    const repository = repositoryOf(resource);
    const row = await factory.make(resource);
    const hidden = Object.values(repository.fields).filter(
      ({ traits }) => traits.private && !traits.readOnly,
    );
    const kept = async (): Promise<unknown[]> => {
      const all = repository.select(database.db).selectAll();
      const stored = (await all.where("id", "=", row.id).executeTakeFirstOrThrow()) as Stored;
      return hidden.map((field) => field.write(field.load(stored[field.column])));
    };
    const before = await kept();
    const body = await factory.body(resource);
    const open = Object.entries(body).filter(([key]) => hidden.every(({ json }) => json !== key));
    rowIn(await admin.put(pathOf(resource, row), Object.fromEntries(open)));
    expect(await kept()).toEqual(before);
    rowIn(await admin.put(pathOf(resource, row), body));
    expect(await kept()).not.toEqual(before);
  },
);

test.for(resources("delete"))(
  "$entity: a deletion minds the version",
  async (resource, { admin, factory }) => {
    const path = pathOf(resource, await factory.make(resource));
    const attempts: [tag: string, status: number][] = [
      ['"2"', 412],
      ["garbled", 412],
      ['"1"', 204],
      ['"1"', 404],
    ];
    for (const [tag, status] of attempts) {
      expect((await admin.delete(path, { "If-Match": tag })).status).toBe(status);
    }
  },
);

test.for(resources("update"))(
  "$entity: of several writes with one tag one wins",
  async (resource, { admin, factory }) => {
    const path = pathOf(resource, await factory.make(resource));
    const body = await factory.body(resource);
    const answers = await atOnce(5, () => admin.put(path, body, { "If-Match": '"1"' }));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([200, 412, 412, 412, 412]);
  },
);

test.for(resources("read"))("$entity: ids and missing rows", async (resource, { admin }) => {
  const methods = new Set(resource.actions.flatMap((action) => METHODS[action]));
  methods.delete("POST");
  for (const method of methods) {
    const sent = ["GET", "DELETE"].includes(method) ? {} : { json: { nonsense: 1 } };
    const malformed = await admin.request(method, `${resource.path}/5?unasked=1`, sent);
    expect(faultsIn(malformed), method).toEqual({ id: "format" });
    const unknown = await admin.request(method, `${resource.path}/${UNKNOWN_ID}?unasked=1`, sent);
    expect(unknown.status, method).toBe(404);
  }
});

test.for(resources("list", "read", "delete"))(
  "$entity: deletion",
  async (resource, { admin, factory, nobody }) => {
    const row = await factory.make(resource);
    const path = pathOf(resource, row);
    expect((await admin.delete(path)).status).toBe(204);
    expect((await admin.get(path)).status).toBe(404);
    expect((await admin.delete(path)).status).toBe(404);
    const flag = `${jsonName("include_deleted")}=true`;
    const listed = await admin.get(`${resource.path}?${flag}`);
    if (!resource.softDelete) {
      expect(faultsIn(listed)).toEqual({ [jsonName("include_deleted")]: "unknown" });
      return;
    }
    const deleted = itemsIn(listed).find(({ id }) => id === row.id);
    expect(deleted?.[jsonName("deleted_at")]).toMatch(/Z$/);
    expect((await nobody.get(`${resource.path}?${flag}`)).status).toBe(ADMINS_ONLY);
    expect(rowIn(await admin.post(`${path}/restore`)).version).toBe(3);
    expect((await admin.post(`${path}/restore`)).status).toBe(409);
  },
);

test.for(resources("create", "update", "delete"))(
  "$entity: audit",
  async (resource, { admin, factory, nobody }) => {
    const row = await factory.make(resource);
    const path = pathOf(resource, row);
    if (!resource.audit) {
      expect((await admin.get(`${path}/audit`)).status).toBe(404);
      return;
    }
    const several = writtenOf(resource).filter((field) => field.samples.length > 1);
    const [free] = several.filter((field) => !field.ruled);
    // A field alone where no rule reads it, else those together that rules read.
    const changed = free === undefined ? several : [free];
    const body: JsonObject = {};
    for (const field of changed) {
      body[field.key] = sampleOf(field, 1);
    }
    rowIn(await admin.patch(path, body));
    await admin.delete(path);
    const entries = itemsIn(await admin.get(`${path}/audit`));
    expect(entries.map((entry) => entry["action"])).toEqual(["create", "update", "delete"]);
    expect(new Set(entries.map((entry) => entry[jsonName("actor_id")]))).toEqual(
      new Set([admin.id]),
    );
    const shown = changed.filter((field) => !field.private).map(({ key }) => key);
    const after = Object.entries(entries[1]?.["after"] ?? {});
    const different = shown.filter((key) => JSON.stringify(body[key]) !== JSON.stringify(row[key]));
    expect(Object.fromEntries(after.filter(([key]) => shown.includes(key)))).toEqual(
      Object.fromEntries(different.map((key) => [key, body[key]])),
    );
    expect((await nobody.get(`${path}/audit`)).status).toBe(ADMINS_ONLY);
  },
);

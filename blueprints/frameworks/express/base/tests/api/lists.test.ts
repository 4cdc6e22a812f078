/** Lists: pages, filters, order, search, and whose rows they hold. */

import Big from "big.js";
import { expect } from "vitest";
import type { JsonObject, JsonValue } from "../../src/core/fields.ts";
import { jsonName } from "../../src/core/naming.ts";
import { ADMINS_ONLY } from "../callers.ts";
import { test } from "../fixtures.ts";
import { faultsIn, idsIn, itemsIn, pageIn, type Row } from "../http.ts";
import { type Field, isLinks } from "../table.ts";
import {
  type FieldCase,
  parentPath,
  pathOf,
  references,
  resources,
  targetCan,
  UNKNOWN_ID,
} from "./common.ts";

const LISTED: readonly FieldCase[] = resources("list").flatMap((resource) =>
  resource.fields.map((field) => ({ resource, field })),
);
const SORTED_BY_CURSOR = LISTED.filter(
  ({ resource, field }) => resource.cursor && resource.sorts.includes(field.key),
).flatMap((it) => [
  { ...it, way: "upwards" },
  { ...it, way: "downwards" },
]);
const SEARCHED = LISTED.filter(
  ({ resource, field }) => resource.search.includes(field.key) && !field.readOnly,
);
/** Of whose rows a user sees his own alone. */
const OWNERS_LIST = resources("list").filter(
  ({ access }) =>
    access.list.includes("owner") &&
    !["public", "authenticated", "user"].some((grant) => access.list.includes(grant)),
);
const NESTED = references("list").filter(({ relation }) => relation.kind === "many_to_one");
const NESTED_SOFT = NESTED.filter(
  ({ resource }) => resource.softDelete && resource.actions.includes("delete"),
);
const NESTED_OFFERED = NESTED.filter(
  ({ relation }) => relation.to === "User" || targetCan(relation),
);
const NEXT = jsonName("next_cursor");
const DELETED = `${jsonName("include_deleted")}=true`;

function query(parameters: Record<string, string>): string {
  return `?${new URLSearchParams(parameters)}`;
}

test.for(resources("list"))("$entity: pages", async (resource, { admin, factory }) => {
  const rows = [await factory.make(resource), await factory.make(resource)];
  const listed = await admin.get(resource.path);
  const ids = idsIn(listed);
  expect(ids).toEqual([...ids].sort());
  expect(ids).toEqual(expect.arrayContaining(rows.map(({ id }) => id)));
  const first = pageIn(await admin.get(`${resource.path}?limit=1`));
  expect(first.items).toEqual(itemsIn(listed).slice(0, 1));
  if (!resource.cursor) {
    expect(first).toMatchObject({ total: ids.length, limit: 1, offset: 0 });
  }
  const next = resource.cursor ? `cursor=${String(first[NEXT])}` : "offset=1";
  const second = await admin.get(`${resource.path}?limit=1&${next}`);
  expect(itemsIn(second)).toEqual(itemsIn(listed).slice(1, 2));
});

test.for(resources("list"))("$entity: faulty lists", async (resource, { admin }) => {
  const position = resource.cursor ? "cursor" : "offset";
  const queries: Record<string, Record<string, string>> = {
    "limit=0": { limit: "min" },
    "limit=101": { limit: "max" },
    "limit=x&nonsense=1": { limit: "type", nonsense: "unknown" },
    "limit=1&limit=1": { limit: "repeated" },
    [`${position}=-1`]: { [position]: resource.cursor ? "format" : "type" },
    "sort=nonsense": { sort: "enum" },
    "q=": { q: resource.search.length > 0 ? "min" : "unknown" },
  };
  for (const { key } of resource.fields) {
    if (!resource.filters.includes(key)) {
      queries[`${key}=1`] = { [key]: "unknown" };
    }
    if (!resource.sorts.includes(key)) {
      queries[`sort=${key}`] = { sort: "enum" };
    }
  }
  const created = jsonName("created_at");
  if (resource.filters.includes(created)) {
    queries[`${created}.gte=5`] = { [`${created}.gte`]: "format" };
    queries[`${created}=%FF`] = { [created]: "format" };
  }
  for (const [text, expected] of Object.entries(queries)) {
    expect(faultsIn(await admin.get(`${resource.path}?${text}`)), text).toEqual(expected);
  }
});

test.for(resources("list"))("$entity: every filter", async (resource, { admin, factory }) => {
  const row = await factory.make(resource);
  await factory.make(resource);
  for (const { key, optional } of resource.fields) {
    const value = row[key] ?? null;
    if (!resource.filters.includes(key) || value === null) {
      continue;
    }
    for (const name of [key, `${key}.in`].filter((it) => it === key || !`${value}`.includes(","))) {
      const found = await admin.get(`${resource.path}${query({ [name]: `${value}` })}`);
      expect(idsIn(found), name).toContain(row.id);
      expect(new Set(itemsIn(found).map((each) => each[key]))).toEqual(new Set([value]));
    }
    if (optional) {
      const name = `${key}.${jsonName("is_null")}`;
      const found = await admin.get(`${resource.path}${query({ [name]: "true" })}`);
      expect(idsIn(found)).not.toContain(row.id);
    }
  }
});

test.for(resources("list"))("$entity: every order", async (resource, { admin, factory }) => {
  for (let made = 0; made < 3; made++) {
    await factory.make(resource);
  }
  for (const field of resource.fields.filter(({ key }) => resource.sorts.includes(key))) {
    for (const sort of [field.key, `-${field.key}`]) {
      const found = await admin.get(`${resource.path}${query({ sort })}`);
      const values = itemsIn(found).map((row) => row[field.key] ?? null);
      expect(values, sort).toEqual(inOrder(field, values, sort.startsWith("-")));
    }
  }
});

/** Values in the order of their field: nulls lowest. */
function inOrder(field: Field, values: readonly JsonValue[], down = false): JsonValue[] {
  const lowest = [...values].sort((one, other) => compare(field, one, other));
  return down ? lowest.reverse() : lowest;
}

function compare(field: Field, one: JsonValue, other: JsonValue): number {
  if (one === null || other === null) {
    return Number(one !== null) - Number(other !== null);
  }
  if (field.type === "decimal") {
    return new Big(String(one)).cmp(String(other));
  }
  if (typeof one === "string" && typeof other === "string") {
    return Buffer.from(one).compare(Buffer.from(other));
  }
  return Number(one) - Number(other);
}

test.for(SEARCHED)(
  "$resource.entity $field.key: search",
  async ({ resource, field }, { admin, factory }) => {
    const search = async (text: string): Promise<string[]> =>
      idsIn(await admin.get(`${resource.path}${query({ q: text })}`));
    const row = await factory.make(resource);
    const text = String(row[field.key]);
    expect(await search(text.replaceAll(/[a-z]/g, (it) => it.toUpperCase()))).toContain(row.id);
    for (const sign of ["%", "_", "%_%"]) {
      expect(await search(sign)).toEqual([]);
    }
    const most = Number(field.high);
    if (field.pattern || most < 3) {
      return;
    }
    const signs = [...`a%_${text}`].slice(0, most).join("");
    const other = await factory.make(resource, { [field.key]: signs });
    for (const sign of ["%", "_", "A%_"]) {
      expect(await search(sign)).toEqual([other.id]);
    }
  },
);

test.for(SORTED_BY_CURSOR)(
  "$resource.entity $field.key: pages $way hold while rows are added",
  async ({ resource, field, way }, { admin, factory }) => {
    const nullable = field.optional && !field.readOnly;
    const none: JsonObject = nullable ? { [field.key]: null } : {};
    const rows: Row[] = [];
    for (const given of [{}, none, none]) {
      rows.push(await factory.make(resource, given));
    }
    const down = way === "downwards";
    const wanted: Record<string, string> = { limit: "1", sort: `${down ? "-" : ""}${field.key}` };
    const seen: Row[] = [];
    for (;;) {
      const page = pageIn(await admin.get(`${resource.path}${query(wanted)}`));
      seen.push(...page.items);
      if (page[NEXT] === null || seen.length > 10) {
        break;
      }
      if (seen.length < 3) {
        await factory.make(resource);
      }
      wanted["cursor"] = String(page[NEXT]);
    }
    const ids = seen.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(rows.map(({ id }) => id)));
    const values = seen.map((row) => row[field.key] ?? null);
    expect(values).toEqual(inOrder(field, values, down));
  },
);

test.for(OWNERS_LIST)(
  "$entity: a list for owners holds their own rows",
  async (resource, { admin, factory, logIn, nobody }) => {
    const owners = [await logIn("user"), await logIn("user")];
    const rows: string[] = [];
    for (const owner of owners) {
      rows.push((await factory.make(resource, {}, owner)).id);
    }
    for (const [index, owner] of owners.entries()) {
      expect(idsIn(await owner.get(resource.path))).toEqual([rows[index]]);
    }
    expect(idsIn(await admin.get(resource.path))).toEqual(expect.arrayContaining(rows));
    expect((await nobody.get(resource.path)).status).toBe(401);
  },
);

test.for(NESTED_SOFT)(
  "$resource.entity $relation.name: deleted rows of a nested list",
  async ({ resource, relation }, { admin, factory, nobody }) => {
    const target = await factory.target(relation);
    const kept = await factory.make(resource, { [relation.key]: target });
    const gone = await factory.make(resource, { [relation.key]: target });
    await admin.delete(pathOf(resource, gone));
    const path = parentPath(relation, target);
    expect(idsIn(await admin.get(path))).toEqual([kept.id]);
    const everything = await admin.get(`${path}?${DELETED}`);
    expect(idsIn(everything)).toEqual([kept.id, gone.id]);
    const dated = itemsIn(everything).filter((row) => jsonName("deleted_at") in row);
    expect(dated.map(({ id }) => id)).toEqual([gone.id]);
    expect((await nobody.get(`${path}?${DELETED}`)).status).toBe(ADMINS_ONLY);
  },
);

test.for(NESTED_OFFERED)(
  "$resource.entity $relation.name: a nested list needs its parent",
  async ({ relation }, { admin }) => {
    expect((await admin.get(parentPath(relation, UNKNOWN_ID))).status).toBe(404);
    expect((await admin.get(parentPath(relation, "5"))).status).toBe(400);
  },
);

test.for(resources("list"))(
  "$entity: a longer list asks no more of the database",
  async (resource, { admin, database, factory }) => {
    const names = resource.relations.filter((it) => !isLinks(it)).map(({ name }) => name);
    const expand = names.length > 0 ? `&expand=${names.join(",")}` : "";
    const counts: number[] = [];
    for (let made = 0; made < 2; made++) {
      const given: JsonObject = {};
      for (const relation of resource.relations) {
        const target = await factory.target(relation);
        given[relation.key] = isLinks(relation) ? [target] : target;
      }
      const row = await factory.make(resource, given);
      let statements = 0;
      database.watch = () => {
        statements++;
      };
      expect(idsIn(await admin.get(`${resource.path}?limit=100${expand}`))).toContain(row.id);
      database.watch = undefined;
      counts.push(statements);
    }
    expect(counts[1]).toBe(counts[0]);
    expect(counts[0]).toBeGreaterThan(0);
  },
);

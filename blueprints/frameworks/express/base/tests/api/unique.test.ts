/** Unique values: alone and together, taken, wanted at once, and free again. */

import { expect } from "vitest";
import type { JsonObject } from "../../src/core/fields.ts";
import type { Factory } from "../factories.ts";
import { test } from "../fixtures.ts";
import { each, faultsIn, rowIn } from "../http.ts";
import { can, type Resource, writtenOf } from "../table.ts";
import { atOnce, pathOf, resources } from "./common.ts";

/** The JSON keys of every unique key that bodies can take. */
function keysOf(resource: Resource): (readonly string[])[] {
  const alone = writtenOf(resource).filter((field) => field.unique);
  const ones = resource.relations.filter((relation) => relation.kind === "one_to_one");
  return [...[...alone, ...ones].map(({ key }) => [key]), ...resource.unique];
}

const KEYS = resources("create").flatMap((resource) =>
  keysOf(resource).map((keys) => ({ resource, keys, name: keys.join("+") })),
);

/** A right body whose values for these keys are new and not null. */
async function taken(
  factory: Factory,
  resource: Resource,
  keys: readonly string[],
): Promise<JsonObject> {
  const given: JsonObject = {};
  for (const relation of resource.relations.filter(({ key }) => keys.includes(key))) {
    given[relation.key] = await factory.target(relation);
  }
  return await factory.body(resource, given);
}

test.for(KEYS)(
  "$resource.entity $name: a unique value is taken once and free again",
  async ({ resource, keys }, { admin, factory }) => {
    const first = await taken(factory, resource, keys);
    const row = rowIn(await admin.post(resource.path, first), 201);
    const same = Object.fromEntries(keys.map((key) => [key, first[key] ?? null]));
    const body = await factory.body(resource, same);
    const again = await admin.post(resource.path, body);
    expect(faultsIn(again, 409)).toEqual(each(keys, "unique"));
    if (!can(resource, "delete")) {
      return;
    }
    await admin.delete(pathOf(resource, row));
    rowIn(await admin.post(resource.path, body), 201);
    if (resource.softDelete) {
      const back = await admin.post(`${pathOf(resource, row)}/restore`);
      expect(faultsIn(back, 409)).toEqual(each(keys, "unique"));
    }
  },
);

test.for(resources("create"))(
  "$entity: all taken values are named",
  async (resource, { admin, factory }) => {
    const keys = [...new Set(keysOf(resource).flat())];
    const body = await taken(factory, resource, keys);
    rowIn(await admin.post(resource.path, body), 201);
    const again = await admin.post(resource.path, body);
    if (keys.length > 0) {
      expect(faultsIn(again, 409)).toEqual(each(keys, "unique"));
    } else {
      expect(again.status).toBe(201);
    }
  },
);

test.for(KEYS)(
  "$resource.entity $name: of many who want a value at once one gets it",
  async ({ resource, keys }, { admin, factory }) => {
    const body = await taken(factory, resource, keys);
    const answers = await atOnce(50, () => admin.post(resource.path, body));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([201, ...Array(49).fill(409)]);
  },
);

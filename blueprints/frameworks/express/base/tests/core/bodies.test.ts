/** Bodies: what they hold, what is wrong with them, and merge patches (RFC 7396). */

import { expect, test } from "vitest";
import {
  type Body,
  createBody,
  mergePatch,
  patchBody,
  replaceBody,
  Submitted,
} from "../../src/core/bodies.ts";
import { ApiError } from "../../src/core/errors.ts";
import * as field from "../../src/core/fields.ts";
import { jsonName } from "../../src/core/naming.ts";
import { Query } from "../../src/core/query.ts";

const FIELDS = {
  name: field.string({ column: "name", min: 2 }),
  shoeSize: field.integer({ column: "shoe_size", default: 7 }),
  secret: field.string({ column: "secret", optional: true, private: true }),
  rank: field.integer({ column: "rank", readOnly: true }),
};
const CREATE = createBody(FIELDS);
const REPLACE = replaceBody(FIELDS);
const PATCH = patchBody(FIELDS);
const SIZE = jsonName("shoe_size");

/** The rules that are broken, by field. */
function faults(body: Body<unknown>, value: unknown, query = ""): Record<string, string> {
  try {
    new Submitted(body, value).accept(new Query(query), ["id"]);
  } catch (error) {
    if (error instanceof ApiError && error.status === 400) {
      return Object.fromEntries(error.details.map(({ field: at, rule }) => [at, rule]));
    }
    throw error;
  }
  return {};
}

test.for([
  { body: CREATE, value: { name: "ab" }, kept: { name: "ab", shoeSize: 7, secret: null } },
  { body: REPLACE, value: { name: "ab" }, kept: { name: "ab", shoeSize: 7 } },
  {
    body: REPLACE,
    value: { name: "ab", secret: null },
    kept: { name: "ab", shoeSize: 7, secret: null },
  },
  { body: PATCH, value: {}, kept: {} },
  { body: PATCH, value: { [SIZE]: 1 }, kept: { shoeSize: 1 } },
  { body: PATCH, value: { secret: null }, kept: { secret: null } },
])("what is left out of $value", ({ body, value, kept }) => {
  expect(new Submitted<unknown>(body, value).accept(new Query(""))).toEqual(kept);
});

test("all faults come at once", () => {
  expect(faults(CREATE, {})).toEqual({ name: "required" });
  expect(faults(CREATE, { name: "a", [SIZE]: "1", id: 1, x: 1, rank: 1 }, "y=1")).toEqual({
    y: "unknown",
    name: "min",
    [SIZE]: "type",
    id: "readOnly",
    x: "unknown",
    rank: "unknown",
  });
  expect(faults(PATCH, { name: null })).toEqual({ name: "required" });
  expect(faults(CREATE, { name: "ab" }, "y=1")).toEqual({ y: "unknown" });
});

test.for([null, [], "x", 5])("%j is no body", (value) => {
  expect(faults(CREATE, value)).toEqual({ "": "type" });
});

test("keys that every object has by itself are ordinary ones", () => {
  const value: unknown = JSON.parse('{"name": "ab", "constructor": 1, "__proto__": {"x": 1}}');
  expect(faults(CREATE, value)).toEqual({ constructor: "unknown", ["__proto__"]: "unknown" });
});

test.for<{ target: unknown; patch: field.JsonObject; merged: unknown }>([
  { target: { a: 1 }, patch: { b: 2 }, merged: { a: 1, b: 2 } },
  { target: { a: 1, b: 2 }, patch: { a: null, c: null }, merged: { b: 2 } },
  {
    target: { a: { b: 1, c: [2] } },
    patch: { a: { b: null, c: [null] } },
    merged: { a: { c: [null] } },
  },
  { target: { a: 1 }, patch: { a: { b: { c: null } } }, merged: { a: { b: {} } } },
  { target: { a: 1 }, patch: { a: [2] }, merged: { a: [2] } },
  { target: [1], patch: { a: 1 }, merged: { a: 1 } },
  { target: null, patch: {}, merged: {} },
])("$patch merged into $target", ({ target, patch, merged }) => {
  const before = structuredClone([target, patch]);
  expect(mergePatch(target, patch)).toEqual(merged);
  expect([target, patch]).toEqual(before);
});

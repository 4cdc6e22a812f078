/** What the document says of a field is what the service makes of it. */

import { expect, test } from "vitest";
import { right, wrong } from "../boundaries.ts";
import { DOCUMENT, validatorAt } from "../description.ts";
import { RESOURCES } from "../resources.ts";
import { writtenOf } from "../table.ts";

const FIELDS = RESOURCES.map((resource) => ({ resource, body: `${resource.entity}Create` }))
  .filter(({ body }) => body in DOCUMENT.components.schemas)
  .flatMap((it) => writtenOf(it.resource).map((field) => ({ ...it, field })));

test("there are fields", () => {
  expect(FIELDS.length).toBeGreaterThan(0);
});

test.for(FIELDS)("$resource.entity $field.key", ({ body, field }) => {
  const validate = validatorAt("components", "schemas", body, "properties", field.key);
  for (const { value, answer } of right(field)) {
    // A document cannot say that the ends of an address are cut.
    const given = field.type === "email" ? answer : value;
    expect(validate(given), JSON.stringify([given, validate.errors])).toBe(true);
  }
  for (const { value } of wrong(field)) {
    // Nor that no text holds this one character.
    if (!JSON.stringify(value).includes("\\u0000")) {
      expect(validate(value), JSON.stringify(value)).toBe(false);
    }
  }
  expect(validate(null)).toBe(field.optional ?? false);
});

/** What the description of the API says about authentication. */

import { expect, test } from "vitest";
import { jsonName } from "../../src/core/naming.ts";
import { BASE_PATH } from "../../src/project.ts";
import { DOCUMENT, OPERATIONS } from "../description.ts";

const ACCOUNTS = OPERATIONS.filter(({ path }) =>
  [`${BASE_PATH}/auth/`, `${BASE_PATH}/users`].some((start) => path.startsWith(start)),
);

test("no operation of /auth has parameters", () => {
  const auth = ACCOUNTS.filter(({ path }) => path.startsWith(`${BASE_PATH}/auth/`));
  expect(auth.flatMap(({ operation }) => operation.parameters ?? [])).toEqual([]);
});

test("no answer has a secret field", () => {
  const keys = Object.keys(DOCUMENT.components.schemas["User"]?.properties ?? {});
  const times = [jsonName("created_at"), jsonName("updated_at")];
  const known = ["id", "email", "name", "role", "active", ...times];
  expect(keys).toEqual(expect.arrayContaining(known));
  expect(keys.filter((key) => /password/i.test(key))).toEqual([]);
});

test("every operation is named and described", () => {
  expect(ACCOUNTS.length).toBeGreaterThanOrEqual(11);
  for (const { path, operation } of ACCOUNTS) {
    const { operationId, summary, tags } = operation;
    expect([operationId, summary, tags?.[0]].filter(Boolean), path).toHaveLength(3);
  }
});

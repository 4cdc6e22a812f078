/** `make create-admin`, as the command runs. */

import { expect } from "vitest";
import { PASSWORD } from "../callers.ts";
import { test } from "../fixtures.ts";
import { started, statusOf } from "../process.ts";

test("makes the admin of the environment", { timeout: 60_000 }, async ({ database }) => {
  const root = { ADMIN_EMAIL: "Root@Example.com", ADMIN_PASSWORD: PASSWORD };
  for (const outcome of ["created", "promoted"]) {
    const command = started("create-admin.ts", root);
    expect(await statusOf(command), command.faults()).toBe(0);
    expect(command.out()).toBe(`admin ${outcome}: root@example.com\n`);
  }
  const rows = await database.db.selectFrom("users").select(["email", "role"]).execute();
  expect(rows).toEqual([{ email: "root@example.com", role: "admin" }]);
});

test.for([
  { ADMIN_EMAIL: "", ADMIN_PASSWORD: PASSWORD, named: "ADMIN_EMAIL" },
  { ADMIN_EMAIL: "root", ADMIN_PASSWORD: PASSWORD, named: "ADMIN_EMAIL" },
  { ADMIN_EMAIL: "root@example.com", ADMIN_PASSWORD: "", named: "ADMIN_PASSWORD" },
  { ADMIN_EMAIL: "root@example.com", ADMIN_PASSWORD: "weak", named: "ADMIN_PASSWORD" },
])("names what is missing or weak: $named", { timeout: 60_000 }, async ({ named, ...given }) => {
  const command = started("create-admin.ts", given);
  expect(await statusOf(command)).toBe(1);
  expect(command.faults()).toMatch(new RegExp(`^${named}: .*$`, "m"));
  expect(command.faults()).not.toContain(PASSWORD);
});

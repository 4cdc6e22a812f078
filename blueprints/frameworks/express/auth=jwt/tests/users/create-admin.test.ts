/** `make create-admin`, as the command runs. */

import { execFile } from "node:child_process";
import { join } from "node:path";
import { expect, inject } from "vitest";
import { PASSWORD } from "../callers.ts";
import { TEST_SETTINGS } from "../environment.ts";
import { test } from "../fixtures.ts";
import { METRICS_TOKEN, type Variables } from "../service.ts";

const FILE = join(import.meta.dirname, "../../src/create-admin.ts");

interface Ended {
  readonly status: number;
  readonly out: string;
  readonly faults: string;
}

/** Run the command in a folder without .env. */
function run(variables: Variables): Promise<Ended> {
  const { PATH = "", HOME = "" } = process.env;
  const own = { ...TEST_SETTINGS, METRICS_TOKEN, DATABASE_URL: inject("databaseUrl") };
  const options = { cwd: inject("folder"), env: { PATH, HOME, ...own, ...variables } };
  return new Promise((resolve) => {
    execFile(process.execPath, [FILE], options, (error, out, faults) => {
      resolve({ status: Number(error?.code ?? 0), out, faults });
    });
  });
}

test("makes the admin of the environment", { timeout: 60_000 }, async ({ database }) => {
  const root = { ADMIN_EMAIL: "Root@Example.com", ADMIN_PASSWORD: PASSWORD };
  for (const outcome of ["created", "promoted"]) {
    const { status, out, faults } = await run(root);
    expect(status, faults).toBe(0);
    expect(out).toBe(`admin ${outcome}: root@example.com\n`);
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
  const { status, faults } = await run(given);
  expect(status).toBe(1);
  expect(faults).toMatch(new RegExp(`^${named}: .*$`, "m"));
  expect(faults).not.toContain(PASSWORD);
});

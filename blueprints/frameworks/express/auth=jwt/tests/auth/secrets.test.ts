/** Which secrets the service starts with. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { makeSettings } from "../service.ts";

const EXAMPLE = readFileSync(join(import.meta.dirname, "../../.env.example"), "utf8");
const [, DEVELOPMENT_SECRET = ""] = /^JWT_SECRET=(.*)$/m.exec(EXAMPLE) ?? [];
const STRONG = "k3J9-vQ2x_LmZ8rT0wYb5NcHs7Fd1GpA6eUo";

test.for([
  ["development", DEVELOPMENT_SECRET, true],
  ["production", DEVELOPMENT_SECRET, false],
  ["production", "x".repeat(40), false],
  ["production", STRONG, true],
  ["development", "x".repeat(31), false],
  ["development", "x".repeat(32), true],
  ["development", "é".repeat(16), true],
] as const)("%s with %s", ([environment, secret, taken]) => {
  const make = () => makeSettings({ APP_ENV: environment, JWT_SECRET: secret });
  if (!taken) {
    expect(make).toThrow(/^configuration: JWT_SECRET: .*$/);
    return;
  }
  const settings = make();
  expect(inspect(settings, { depth: 9 })).not.toContain(secret);
  expect(JSON.stringify(settings)).not.toContain(secret);
});

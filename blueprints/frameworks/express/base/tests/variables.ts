/** What the tests themselves are told; the environment goes before the file. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";

const FILE = join(import.meta.dirname, "../.env");
const WRITTEN = existsSync(FILE) ? parseEnv(readFileSync(FILE, "utf8")) : {};

/** The value of a variable; empty when it is not set. */
export function variable(name: string): string {
  return process.env[name] ?? WRITTEN[name] ?? "";
}

/** The value of a variable that the tests cannot do without; ends the run in one line otherwise. */
export function neededVariable(name: string, what: string): string {
  const value = variable(name);
  if (value === "") {
    process.stderr.write(`set ${name} to ${what} for the tests\n`);
    process.exit(2);
  }
  return value;
}

/** Builds the database of the tests by the real migrations, once for a run; it has no rows. */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import type { TestProject } from "vitest/node";
import { makeCache } from "../src/core/cached.ts";
import { readSettings } from "../src/core/config.ts";
import { Database } from "../src/core/database.ts";
import { migrate, statementsOf } from "../src/migrate.ts";
import { DEFAULT_DATABASE_URL, NAME } from "../src/project.ts";
import { settingsSchema } from "../src/settings.ts";
import { TEST_SETTINGS } from "./environment.ts";
import { neededVariable, variable } from "./variables.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The URL of the database that all tests share, one after the other. */
    readonly databaseUrl: string;
    /** A folder for files of the tests; it goes with the run. */
    readonly folder: string;
  }
}

/** The tables of the tests alone, which no migration knows. */
const TABLES = join(import.meta.dirname, "core/machinery/tables.sql");

/** Make the database; what is returned takes the files away again. */
export default async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), `${NAME}-`));
  const databaseUrl = urlFor(folder);
  const variables = { ...TEST_SETTINGS, DATABASE_URL: databaseUrl };
  const settings = readSettings(settingsSchema, variables);
  const database = new Database(settings, makeCache(settings));
  await migrate(database, "up");
  for (const statement of statementsOf(readFileSync(TABLES, "utf8"))) {
    await sql.raw(statement).execute(database.db);
  }
  await database.close();
  project.provide("databaseUrl", databaseUrl);
  project.provide("folder", folder);
  return () => rmSync(folder, { recursive: true, force: true });
}

/** A file for the tests alone, or the server that they are told of. */
function urlFor(folder: string): string {
  if (!DEFAULT_DATABASE_URL.startsWith("sqlite:")) {
    return neededVariable("TEST_DATABASE_URL", "an empty database");
  }
  return variable("TEST_DATABASE_URL") || `sqlite:///${join(folder, "test.db")}`;
}

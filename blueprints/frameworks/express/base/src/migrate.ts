/** `node src/migrate.ts up` and `down`: the files in `migrations/`, in the order of their names. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Kysely, sql } from "kysely";
import { type Migration, type MigrationProvider, Migrator } from "kysely/migration";
import { makeCache } from "./core/cached.ts";
import { loadSettings } from "./core/config.ts";
import { Database } from "./core/database.ts";
import { withoutReferences } from "./core/driver.ts";
import { settingsSchema } from "./settings.ts";

const FOLDER = join(import.meta.dirname, "../migrations");

/** `0001_initial.up.sql` and `0001_initial.down.sql` are one migration. */
const files: MigrationProvider = {
  async getMigrations() {
    const names = readdirSync(FOLDER).filter((name) => name.endsWith(".up.sql"));
    const pairs = names.map((name) => {
      const id = name.slice(0, -".up.sql".length);
      const migration: Migration = {
        up: (db) => run(db, `${id}.up.sql`),
        down: (db) => run(db, `${id}.down.sql`),
      };
      return [id, migration] as const;
    });
    return Object.fromEntries(pairs);
  },
};

/** Before a query of which no row may be found: what must hold. */
const REFUSE = /^-- refuse: (.*)\n/m;

/** The statements of a migration; each ends with a semicolon at the end of a line. Comments alone are none. */
export function statementsOf(text: string): string[] {
  return text.split(/;\s*\n/).filter((each) => each.replace(/^\s*--.*$/gm, "").trim() !== "");
}

async function run(db: Kysely<unknown>, name: string): Promise<void> {
  const text = readFileSync(join(FOLDER, name), "utf8");
  for (const statement of statementsOf(text)) {
    const { rows } = await sql.raw(statement).execute(db);
    const refuse = REFUSE.exec(statement);
    if (refuse !== null && rows.length > 0) {
      throw new Error(`${name}: ${refuse[1]}: ${JSON.stringify(rows)}`);
    }
  }
}

/** Bring a database up to date, or take its last migration back; returns what was done. */
export async function migrate(database: Database, direction: "up" | "down"): Promise<string[]> {
  const { error, results = [] } = await database.db.connection().execute(async (db) => {
    await withoutReferences(db, true);
    const migrator = new Migrator({ db, provider: files });
    try {
      return await (direction === "up" ? migrator.migrateToLatest() : migrator.migrateDown());
    } finally {
      await withoutReferences(db, false);
    }
  });
  if (error !== undefined) {
    throw error;
  }
  return results.map((result) => `${result.direction.toLowerCase()} ${result.migrationName}`);
}

if (import.meta.main) {
  const direction = process.argv[2] === "down" ? "down" : "up";
  const settings = loadSettings(settingsSchema);
  const database = new Database(settings, makeCache(settings));
  try {
    const done = await migrate(database, direction);
    process.stdout.write(`${done.length > 0 ? done.join("\n") : "nothing to do"}\n`);
  } finally {
    await database.close();
  }
}

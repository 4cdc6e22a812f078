/** The tables of a database. */

import type { Database } from "../src/core/database.ts";

// No entity has a name that gives two underscores.
const PREFIX = "machinery__";

/** Whether a table is one of the tests alone, which no migration knows. */
export function isOurs(name: string): boolean {
  return name.startsWith(PREFIX);
}

/** The names of all tables but those of the migrator. */
export async function tablesOf(database: Database): Promise<string[]> {
  const tables = await database.db.introspection.getTables();
  return tables.map(({ name }) => name).filter((name) => !name.startsWith("kysely_"));
}

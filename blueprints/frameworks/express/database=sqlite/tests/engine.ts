/** What the tests have to know of SQLite. */

import { DatabaseSync } from "node:sqlite";
import { sql } from "kysely";
import { inject } from "vitest";
import type { Database } from "../src/core/database.ts";

/** The URL of a database that is away. */
export const UNREACHABLE_URL = "sqlite:////no-such-folder/test.db";

// A connection of its own, to which references do not matter.
let connection: DatabaseSync | undefined;

/** Delete all rows. */
export async function empty(_database: Database, tables: readonly string[]): Promise<void> {
  if (connection === undefined) {
    const path = inject("databaseUrl").slice("sqlite:///".length);
    connection = new DatabaseSync(path, { enableForeignKeyConstraints: false, timeout: 5000 });
    connection.exec("PRAGMA synchronous = OFF");
  }
  const deletions = tables.map((name) => `DELETE FROM "${name}";`);
  connection.exec(`BEGIN IMMEDIATE; ${deletions.join(" ")} COMMIT`);
}

/** Foreign keys whose columns no index begins with. */
export async function unindexedReferences(database: Database): Promise<string[]> {
  const { rows } = await sql<{ place: string }>`
    SELECT m.name || '.' || f."from" AS place
    FROM sqlite_master AS m, pragma_foreign_key_list(m.name) AS f
    WHERE m.type = 'table' AND NOT EXISTS (
      SELECT 1 FROM pragma_index_list(m.name) AS i, pragma_index_info(i.name) AS c
      WHERE c.seqno = 0 AND c.name = f."from"
    )`.execute(database.db);
  return rows.map(({ place }) => place);
}

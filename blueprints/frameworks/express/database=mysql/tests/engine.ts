/** What the tests have to know of MySQL and MariaDB. */

import { sql } from "kysely";
import type { Database } from "../src/core/database.ts";

/** The URL of a database that is away. */
export const UNREACHABLE_URL = "mysql://nobody@127.0.0.1:1/none";

/** How a connection is named, and how it is ended. */
export const CONNECTION = sql<{ id: number }>`SELECT CONNECTION_ID() AS id`;
export const END = (id: number) => sql`KILL ${sql.lit(id)}`;

/** Delete all rows. */
export async function empty(database: Database, tables: readonly string[]): Promise<void> {
  // One connection, to which references do not matter. TRUNCATE would take the time of making the
  // tables anew, and to look costs less than to delete.
  await database.db.connection().execute(async (db) => {
    const looks = tables.map(
      (name) => sql`EXISTS (SELECT 1 FROM ${sql.table(name)}) AS ${sql.ref(name)}`,
    );
    const { rows } = await sql<Record<string, number>>`SELECT ${sql.join(looks)}`.execute(db);
    const filled = tables.filter((name) => rows[0]?.[name]);
    if (filled.length > 0) {
      await sql`SET SESSION foreign_key_checks = 0`.execute(db);
      for (const name of filled) {
        await db.deleteFrom(name).execute();
      }
      await sql`SET SESSION foreign_key_checks = 1`.execute(db);
    }
  });
}

/** Foreign keys whose columns no index begins with. */
export async function unindexedReferences({ db }: Database): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    SELECT k.constraint_name AS name FROM information_schema.key_column_usage AS k
    WHERE k.table_schema = DATABASE() AND k.referenced_table_name IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM information_schema.statistics AS s
      WHERE s.table_schema = k.table_schema AND s.table_name = k.table_name
        AND s.seq_in_index = 1 AND s.column_name = k.column_name
    )`.execute(db);
  return rows.map(({ name }) => name);
}

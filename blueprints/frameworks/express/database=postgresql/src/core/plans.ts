/** How PostgreSQL carries out a query. */

import { CompiledQuery, sql } from "kysely";
import type { Connection } from "./database.ts";

/** The plan of a query, a line each; the connection is that of a transaction. */
export async function planOf(
  db: Connection,
  text: string,
  parameters: readonly unknown[],
): Promise<string[]> {
  // Few rows are read faster without an index; this lets an index be taken all the same, so that
  // the plan is that of many rows.
  await sql`SET LOCAL enable_seqscan = off`.execute(db);
  const query = CompiledQuery.raw(`EXPLAIN (COSTS OFF) ${text}`, [...parameters]);
  const { rows } = await db.executeQuery<Readonly<Record<string, string>>>(query);
  return rows.flatMap((row) => Object.values(row));
}

/** The first columns of all keys and indexes of a table. */
export async function leadingColumns(db: Connection, table: string): Promise<Set<string>> {
  const { rows } = await sql<{ readonly name: string }>`
    SELECT a.attname AS name FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid
    JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
    WHERE c.relname = ${table} AND pg_table_is_visible(c.oid)
  `.execute(db);
  return new Set(rows.map(({ name }) => name));
}

/** How SQLite carries out a query. */

import { CompiledQuery, sql } from "kysely";
import type { Connection } from "./database.ts";

/** The plan of a query, a line each. */
export async function planOf(
  db: Connection,
  text: string,
  parameters: readonly unknown[],
): Promise<string[]> {
  const query = CompiledQuery.raw(`EXPLAIN QUERY PLAN ${text}`, [...parameters]);
  const { rows } = await db.executeQuery<{ readonly detail: string }>(query);
  return rows.map(({ detail }) => detail);
}

/** The first columns of all keys and indexes of a table. */
export async function leadingColumns(db: Connection, table: string): Promise<Set<string>> {
  const { rows } = await sql<{ readonly name: string }>`
    SELECT columns.name FROM pragma_index_list(${table}) AS indexes
    JOIN pragma_index_info(indexes.name) AS columns WHERE columns.seqno = 0
  `.execute(db);
  return new Set(rows.map(({ name }) => name));
}

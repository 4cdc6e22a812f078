/** How MySQL carries out a query. */

import { CompiledQuery, sql } from "kysely";
import type { Connection } from "./database.ts";

/** The plan of a query, a line each. */
export async function planOf(
  db: Connection,
  text: string,
  parameters: readonly unknown[],
): Promise<string[]> {
  const query = CompiledQuery.raw(`EXPLAIN ${text}`, [...parameters]);
  const { rows } = await db.executeQuery<Readonly<Record<string, unknown>>>(query);
  return rows.map((row) =>
    Object.values(row)
      .filter((each) => each !== null && each !== "")
      .join(" "),
  );
}

/** The first columns of all keys and indexes of a table. */
export async function leadingColumns(db: Connection, table: string): Promise<Set<string>> {
  const { rows } = await sql<{ readonly name: string }>`
    SELECT column_name AS name FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND table_name = ${table} AND seq_in_index = 1
  `.execute(db);
  return new Set(rows.map(({ name }) => name));
}

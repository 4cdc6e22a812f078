/** What the tests have to know of PostgreSQL. */

import { sql } from "kysely";
import type { Database } from "../src/core/database.ts";

/** The URL of a database that is away. */
export const UNREACHABLE_URL = "postgresql://nobody@127.0.0.1:1/none";

/** How a connection is named, and how it is ended. */
export const CONNECTION = sql<{ id: number }>`SELECT pg_backend_pid() AS id`;
export const END = (id: number) => sql`SELECT pg_terminate_backend(${id})`;

/** Delete all rows. */
export async function empty({ db }: Database, tables: readonly string[]): Promise<void> {
  // To look costs less than to empty what is empty.
  const looks = tables.map((name) => sql`EXISTS (SELECT 1 FROM ${sql.table(name)})`);
  const { rows } = await sql<{ filled: readonly boolean[] }>`
    SELECT ARRAY[${sql.join(looks)}] AS filled`.execute(db);
  const filled = tables.filter((_, at) => rows[0]?.filled[at]);
  if (filled.length > 0) {
    const names = filled.map((name) => sql.table(name));
    await sql`TRUNCATE ${sql.join(names)} CASCADE`.execute(db);
  }
}

/** Foreign keys whose columns no index begins with. */
export async function unindexedReferences({ db }: Database): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    SELECT c.conname AS name FROM pg_constraint AS c
    WHERE c.contype = 'f' AND NOT EXISTS (
      SELECT 1 FROM pg_index AS i
      WHERE i.indrelid = c.conrelid AND i.indkey[0] = c.conkey[1]
    )`.execute(db);
  return rows.map(({ name }) => name);
}

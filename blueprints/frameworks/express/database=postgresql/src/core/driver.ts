/** PostgreSQL, by `pg`. */

import Big from "big.js";
import {
  type Dialect,
  type Expression,
  type InsertQueryBuilder,
  type InsertResult,
  type Kysely,
  PostgresDialect,
  type PostgresPool,
  type PostgresPoolClient,
  type PostgresQueryResult,
  type SqlBool,
  sql,
} from "kysely";
import { DatabaseError, Pool, type PoolClient, type PoolConfig, types } from "pg";
import type { CoreSettings } from "./config.ts";
import type { Tables } from "./database.ts";
import type { Codec, Kept, Violation } from "./storage.ts";

/** How values are kept: in the types of the database, sent and read as text where it is exact. */
export const storage: Kept = {
  text: same(),
  uuid: same(),
  integer: same(),
  long: { store: (value) => value, load: Number },
  float: same(),
  boolean: same(),
  date: same(),
  moment: {
    store: (value) => value.toISOString(),
    // `2026-01-31 09:30:00.5+00`: every session is in UTC.
    load: (value) => new Date(String(value).replace(" ", "T").replace(/\+00$/, "Z")),
  },
  decimal: (scale) => ({
    store: (value) => value.toFixed(scale),
    load: (value) => new Big(String(value)),
  }),
  json: () => ({ store: JSON.stringify, load: (value) => JSON.parse(String(value)) }),
};

function same<T>(): Codec<T> {
  return { store: (value) => value, load: (value) => value as T };
}

/** Tables are changed in place here: references are watched all the time. */
export async function withoutReferences(_db: Kysely<Tables>, _without: boolean): Promise<void> {}

/** The dialect for the server of `DATABASE_URL`. */
export function createDialect(settings: CoreSettings): Dialect {
  return new PostgresDialect({ pool: new ServerPool(settings) });
}

// --- connections ----------------------------------------------------------------------------

const IDLE_IN_TRANSACTION_MS = 60_000;
// What the driver would make a `Date` or an object of.
const AS_TEXT: ReadonlySet<number> = new Set([
  types.builtins.DATE,
  types.builtins.JSON,
  types.builtins.TIMESTAMPTZ,
]);

/** The server cannot be reached, or no connection is free in time. */
class AwayError extends Error {}

/** The driver's pool, whose errors tell the server's from those of the way to it. */
class ServerPool implements PostgresPool {
  readonly options: PoolConfig;
  private pool: Pool;
  private readonly prefersSsl: boolean;
  private readonly known = new WeakMap<PoolClient, ServerClient>();

  constructor(settings: CoreSettings) {
    const url = new URL(settings.DATABASE_URL);
    const mode = url.searchParams.get("sslmode") ?? "prefer";
    url.searchParams.delete("sslmode");
    const patience = settings.DATABASE_TIMEOUT_MS;
    this.prefersSsl = mode === "prefer";
    this.options = {
      connectionString: url.href,
      max: settings.DATABASE_POOL_SIZE,
      connectionTimeoutMillis: patience,
      statement_timeout: patience,
      // The server's own limit comes first; this one is for a server that has gone silent.
      query_timeout: patience + 1000,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
      keepAlive: true,
      options: "-c timezone=UTC -c datestyle=ISO",
      ssl: sslOf(mode),
      types: {
        getTypeParser: (oid: number, format?: "text" | "binary") =>
          AS_TEXT.has(oid) ? String : types.getTypeParser(oid, format),
      },
    };
    this.pool = opened(this.options);
  }

  async connect(): Promise<PostgresPoolClient> {
    const client = await reached(() => this.connected());
    const known = this.known.get(client) ?? new ServerClient(client);
    this.known.set(client, known);
    return known;
  }

  /** A connection; `prefer` goes without encryption when the server has none. */
  private async connected(): Promise<PoolClient> {
    const { pool } = this;
    try {
      return await pool.connect();
    } catch (error) {
      if (!this.prefersSsl || !(error instanceof Error) || !NO_SSL.test(error.message)) {
        throw error;
      }
      if (this.pool === pool) {
        // The pool before holds nothing; whoever still waits there is told the same and comes here.
        this.pool = opened({ ...this.options, ssl: false });
      }
      return await this.pool.connect();
    }
  }

  async end(): Promise<void> {
    await this.pool.end();
  }
}

const NO_SSL = /does not support SSL/;

function sslOf(mode: string): PoolConfig["ssl"] {
  if (mode === "disable" || mode === "allow") {
    return false;
  }
  if (mode === "verify-ca") {
    return { checkServerIdentity: () => undefined };
  }
  return { rejectUnauthorized: mode === "verify-full" };
}

function opened(options: PoolConfig): Pool {
  const pool = new Pool(options);
  // Both drop a connection that the server has closed; whoever used it is told by his statement.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}

/** One connection, which is given up once the server does not answer on it. */
class ServerClient implements PostgresPoolClient {
  private readonly client: PoolClient;
  private lost = false;

  constructor(client: PoolClient) {
    this.client = client;
  }

  query<R>(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  query(): never;
  async query(text = "", parameters: readonly unknown[] = []): Promise<unknown> {
    if (this.lost) {
      throw new AwayError("the connection is lost");
    }
    try {
      return await reached(() => this.client.query(text, [...parameters]));
    } catch (error) {
      this.lost = error instanceof AwayError;
      throw error;
    }
  }

  release(destroy = false): void {
    this.client.release(destroy || this.lost);
  }
}

/** Ask the server; whatever is not its own error means that it was not reached. */
async function reached<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof DatabaseError) {
      // It tells the values of a row.
      error.detail = undefined;
    }
    if (error instanceof DatabaseError || error instanceof TypeError) {
      throw error;
    }
    const reason = error instanceof Error ? error.message : "no reason given";
    throw new AwayError(`the database cannot be reached: ${reason}`, { cause: error });
  }
}

// --- statements that differ from database to database ---------------------------------------

/** Lock what a query finds until the transaction ends. */
export function forUpdate<Q extends { forUpdate(): Q }>(query: Q): Q {
  return query.forUpdate();
}

/** Keep others from deleting what a query finds until the transaction ends. */
export function forShare<Q extends { forShare(): Q }>(query: Q): Q {
  return query.forShare();
}

/** Insert a row unless a unique key is taken. */
export function unlessThere<Q extends InsertQueryBuilder<Tables, string, InsertResult>>(
  query: Q,
): Q {
  return query.onConflict((conflict) => conflict.doNothing()) as Q;
}

/** Nulls sort highest by themselves. */
export const NULLS_NEED_WORDS = true;

/** Whether a column holds a text, whatever the case of ASCII letters. */
export function contains(column: Expression<unknown>, text: string): Expression<SqlBool> {
  // Columns have this collation, in which only ASCII letters fold.
  return sql<SqlBool>`strpos(lower(${column}), lower(${text}::text COLLATE "C")) > 0`;
}

/** Let one transaction at a time pass for a name; the statement's own limit ends the wait. */
export async function lock(db: Kysely<Tables>, name: string, _patienceMs: number): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(db);
}

/** Transactions write side by side. */
export const ONE_WRITER = false;

/** Take the lock of a name until the transaction ends, unless somebody has it. */
export async function tryLock(db: Kysely<Tables>, name: string): Promise<boolean> {
  const { rows } = await sql<{ taken: boolean }>`
    SELECT pg_try_advisory_xact_lock(hashtextextended(${name}, 0)) AS taken`.execute(db);
  return rows[0]?.taken === true;
}

// --- errors ---------------------------------------------------------------------------------

// https://www.postgresql.org/docs/current/errcodes-appendix.html: connection trouble, shutting
// down, out of connections, cancelled, deadlock, lock not to be had.
const AWAY = ["08", "53", "57", "40", "55P03"];
const DEADLOCK = "40P01";
const VIOLATIONS: Readonly<Record<string, Violation>> = {
  "23505": "unique",
  "23503": "foreign_key",
  "23001": "foreign_key",
  "23514": "check",
  "23502": "not_null",
};

/** The constraint that a write broke. */
export function violationOf(error: unknown): Violation | undefined {
  return VIOLATIONS[codeOf(error)];
}

/** Whether an error means that the database cannot be used at the moment. */
export function isUnavailable(error: unknown): boolean {
  return error instanceof AwayError || AWAY.some((start) => codeOf(error).startsWith(start));
}

/** Whether the database gave a transaction up because it and another waited for each other. */
export function isDeadlock(error: unknown): boolean {
  return codeOf(error) === DEADLOCK;
}

function codeOf(error: unknown): string {
  return (error instanceof DatabaseError && error.code) || "";
}

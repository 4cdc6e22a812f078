/** MySQL and MariaDB, by `mysql2`. */

import Big from "big.js";
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Expression,
  type InsertQueryBuilder,
  type InsertResult,
  type Kysely,
  MysqlDialect,
  type QueryResult,
  type SqlBool,
  sql,
} from "kysely";
import {
  createPool,
  type Pool,
  type PoolConnection,
  type PoolOptions,
  type SslOptions,
} from "mysql2/promise";
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
  boolean: { store: (value) => (value ? 1 : 0), load: (value) => value === 1 },
  date: same(),
  moment: {
    store: (value) => value.toISOString().slice(0, -1).replace("T", " "),
    load: (value) => new Date(`${String(value).replace(" ", "T")}Z`),
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
  return new ServerDialect(settings);
}

// --- connections ----------------------------------------------------------------------------

/** Kysely's dialect on connections of our own, whose waits and silences end. */
class ServerDialect extends MysqlDialect {
  private readonly settings: CoreSettings;

  constructor(settings: CoreSettings) {
    super({
      pool: () => {
        throw new Error("connections are those of `ServerDriver`");
      },
    });
    this.settings = settings;
  }

  override createDriver(): Driver {
    return new ServerDriver(this.settings);
  }
}

/** The server cannot be reached, or no connection is free in time. */
class AwayError extends Error {}

/** One connection, which is given up once the server does not answer on it. */
class ServerConnection implements DatabaseConnection {
  private readonly raw: PoolConnection;
  private readonly silenceMs: number;
  private locks = false;
  private lost = false;

  constructor(raw: PoolConnection, silenceMs: number) {
    this.raw = raw;
    this.silenceMs = silenceMs;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    this.locks ||= query.sql.includes("GET_LOCK(");
    const found = await this.run(query.sql, query.parameters);
    if (Array.isArray(found)) {
      return { rows: found as R[] };
    }
    const { affectedRows } = found as { readonly affectedRows: number };
    return { rows: [], numAffectedRows: BigInt(affectedRows) };
  }

  // biome-ignore lint/correctness/useYield: nothing here reads so much that it must be streamed
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new Error("streaming is not supported");
  }

  /** Send a statement. */
  async run(text: string, values: readonly unknown[] = []): Promise<unknown> {
    if (this.lost) {
      throw new AwayError("the connection is lost");
    }
    try {
      const [found] = await reached(() =>
        this.raw.query({ sql: text, values: [...values], timeout: this.silenceMs }),
      );
      return found;
    } catch (error) {
      this.lost = error instanceof AwayError;
      throw error;
    }
  }

  /** Give the connection back, without what outlives a transaction. */
  async release(): Promise<void> {
    if (this.locks && !this.lost) {
      await this.run("DO RELEASE_ALL_LOCKS()").catch(() => {
        this.lost = true;
      });
    }
    if (this.lost) {
      this.raw.destroy();
    } else {
      this.raw.release();
    }
  }

  /** Give the connection up. */
  giveUp(): void {
    this.lost = true;
  }
}

/** A pool that keeps nobody waiting for ever. */
class ServerDriver implements Driver {
  private readonly patience: number;
  private readonly session: readonly string[];
  private readonly options: PoolOptions;
  private readonly prefersSsl: boolean;
  private readonly prepared = new WeakSet<object>();
  private pool: Pool;

  constructor(settings: CoreSettings) {
    const url = new URL(settings.DATABASE_URL);
    const mode = url.searchParams.get("sslmode") ?? "prefer";
    url.searchParams.delete("sslmode");
    this.patience = settings.DATABASE_TIMEOUT_MS;
    this.session = sessionOf(this.patience);
    this.prefersSsl = mode === "prefer";
    const ssl = sslOf(mode);
    this.options = {
      uri: url.href,
      connectionLimit: settings.DATABASE_POOL_SIZE,
      connectTimeout: this.patience,
      charset: "utf8mb4",
      // What the driver would make a `Date` or an object of.
      dateStrings: true,
      jsonStrings: true,
      stringifyObjects: true,
      enableKeepAlive: true,
      ...(ssl === undefined ? {} : { ssl }),
    };
    this.pool = createPool(this.options);
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<ServerConnection> {
    const raw = await this.taken();
    // The server's own limits come first; this one is for a server that has gone silent.
    const connection = new ServerConnection(raw, this.patience + 1000);
    if (!this.prepared.has(raw.connection)) {
      try {
        for (const statement of this.session) {
          await connection.run(statement);
        }
      } catch (error) {
        raw.destroy();
        throw error;
      }
      this.prepared.add(raw.connection);
    }
    return connection;
  }

  /** A connection of the pool, which itself lets everybody wait. */
  private async taken(): Promise<PoolConnection> {
    const asked = reached(() => this.connected());
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      asked.then(
        (connection) => connection.release(),
        () => undefined,
      );
      reject(new AwayError("no connection is free"));
    }, this.patience);
    try {
      return await Promise.race([asked, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** A connection; `prefer` goes without encryption when the server has none. */
  private async connected(): Promise<PoolConnection> {
    const { pool } = this;
    try {
      return await pool.getConnection();
    } catch (error) {
      if (!this.prefersSsl || !(error instanceof Error) || !("code" in error)) {
        throw error;
      }
      if (error.code !== "HANDSHAKE_NO_SSL_SUPPORT") {
        throw error;
      }
      if (this.pool === pool) {
        delete this.options.ssl;
        // The pool before holds nothing; whoever still waits there is told the same and comes here.
        this.pool = createPool(this.options);
      }
      return await this.pool.getConnection();
    }
  }

  async beginTransaction(connection: ServerConnection): Promise<void> {
    await connection.run("START TRANSACTION");
  }

  async commitTransaction(connection: ServerConnection): Promise<void> {
    await connection.run("COMMIT");
  }

  async rollbackTransaction(connection: ServerConnection): Promise<void> {
    try {
      await connection.run("ROLLBACK");
    } catch (error) {
      connection.giveUp();
      throw error;
    }
  }

  async savepoint(connection: ServerConnection, name: string): Promise<void> {
    await connection.run(`SAVEPOINT ${name}`);
  }

  async rollbackToSavepoint(connection: ServerConnection, name: string): Promise<void> {
    await connection.run(`ROLLBACK TO SAVEPOINT ${name}`);
  }

  async releaseSavepoint(connection: ServerConnection, name: string): Promise<void> {
    await connection.run(`RELEASE SAVEPOINT ${name}`);
  }

  async releaseConnection(connection: ServerConnection): Promise<void> {
    await connection.release();
  }

  async destroy(): Promise<void> {
    await this.pool.end();
  }
}

function sslOf(mode: string): SslOptions | undefined {
  if (mode === "disable" || mode === "allow") {
    return undefined;
  }
  return {
    rejectUnauthorized: mode.startsWith("verify"),
    verifyIdentity: mode === "verify-full",
  };
}

/** What a new connection is told. As on PostgreSQL, a statement sees what was committed before it. */
function sessionOf(patienceMs: number): string[] {
  const seconds = Math.max(1, Math.round(patienceMs / 1000));
  return [
    // Comments that one of the two servers reads as code: their limits of a statement differ.
    `SET SESSION time_zone = '+00:00',
      sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO',
      innodb_lock_wait_timeout = ${seconds}
      /*!80000 , max_execution_time = ${patienceMs} */
      /*M!100100 , max_statement_time = ${patienceMs / 1000} */`,
    "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
  ];
}

/** Ask the server; whatever is not its own error means that it was not reached. */
async function reached<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof TypeError) {
      throw error;
    }
    // The driver puts the statement there, with the values in it.
    Object.assign(error, { sql: undefined });
    if ("sqlState" in error && error.sqlState) {
      throw error;
    }
    throw new AwayError(`the database cannot be reached: ${error.message}`, { cause: error });
  }
}

// --- statements that differ from database to database ---------------------------------------

/** Lock what a query finds until the transaction ends. */
export function forUpdate<Q extends { forUpdate(): Q }>(query: Q): Q {
  return query.forUpdate();
}

/** Keep others from deleting what a query finds until the transaction ends. */
export function forShare<Q extends { modifyEnd(end: Expression<unknown>): Q }>(query: Q): Q {
  // `FOR SHARE` is unknown to MariaDB.
  return query.modifyEnd(sql`LOCK IN SHARE MODE`);
}

/** Insert a row unless a unique key is taken. */
export function unlessThere<Q extends InsertQueryBuilder<Tables, string, InsertResult>>(
  query: Q,
): Q {
  return query.ignore() as Q;
}

/** Nulls sort lowest by themselves. */
export const NULLS_NEED_WORDS = false;

/** Whether a column holds a text, whatever the case of letters. */
export function contains(column: Expression<unknown>, text: string): Expression<SqlBool> {
  // LOWER folds every alphabet, by tables that come with the collation: one for both sides.
  const fold = (value: unknown) => sql`LOWER(${value} COLLATE utf8mb4_bin)`;
  return sql<SqlBool>`LOCATE(${fold(text)}, ${fold(column)}) > 0`;
}

/**
 * Let one transaction at a time pass for a name.
 *
 * The lock belongs to the connection, which is freed of it when it is given back. Its name is
 * hashed: names are short and shared by all databases of a server.
 */
export async function lock(db: Kysely<Tables>, name: string, patienceMs: number): Promise<void> {
  if (!(await taken(db, name, patienceMs))) {
    throw new AwayError("another transaction holds the lock");
  }
}

/** Transactions write side by side. */
export const ONE_WRITER = false;

/** Take the lock of a name until the connection is given back, unless somebody has it. */
export async function tryLock(db: Kysely<Tables>, name: string): Promise<boolean> {
  return await taken(db, name, 0);
}

async function taken(db: Kysely<Tables>, name: string, patienceMs: number): Promise<boolean> {
  const { rows } = await sql<{ taken: number | null }>`
    SELECT GET_LOCK(SHA1(CONCAT(DATABASE(), ' ', ${name})), ${patienceMs / 1000}) AS taken
  `.execute(db);
  return rows[0]?.taken === 1;
}

// --- errors ---------------------------------------------------------------------------------

// https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html: too many connections,
// shutting down, cut off, lock not to be had, deadlock, out of time, killed.
const AWAY: ReadonlySet<number> = new Set([
  1040, 1053, 1077, 1105, 1152, 1158, 1159, 1160, 1161, 1184, 1203, 1205, 1213, 1226, 1317, 1836,
  1927, 1969, 3024, 3058, 3572, 4031,
]);
const DEADLOCK = 1213;
const VIOLATIONS: Readonly<Record<number, Violation>> = {
  1048: "not_null",
  1062: "unique",
  1364: "not_null",
  1451: "foreign_key",
  1452: "foreign_key",
  // MySQL's and MariaDB's.
  3819: "check",
  4025: "check",
};

/** The constraint that a write broke. */
export function violationOf(error: unknown): Violation | undefined {
  const number = numberOf(error);
  return number === undefined ? undefined : VIOLATIONS[number];
}

/** Whether an error means that the database cannot be used at the moment. */
export function isUnavailable(error: unknown): boolean {
  const number = numberOf(error);
  return error instanceof AwayError || (number !== undefined && AWAY.has(number));
}

/** Whether the database gave a transaction up because it and another waited for each other. */
export function isDeadlock(error: unknown): boolean {
  return numberOf(error) === DEADLOCK;
}

function numberOf(error: unknown): number | undefined {
  return error instanceof Error && "errno" in error && typeof error.errno === "number"
    ? error.errno
    : undefined;
}

/** SQLite, by the driver that comes with Node.js. */

import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
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
  type QueryResult,
  type SqlBool,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from "kysely";
import type { CoreSettings } from "./config.ts";
import type { Tables } from "./database.ts";
import type { Codec, Kept, Violation } from "./storage.ts";

/** How values are kept: what SQLite has no type for is a text that sorts as the values do. */
export const storage: Kept = {
  text: same(),
  uuid: same(),
  integer: { store: (value) => value, load: Number },
  long: { store: (value) => value, load: Number },
  float: { store: (value) => value, load: Number },
  boolean: { store: (value) => (value ? 1 : 0), load: (value) => value === 1 },
  date: same(),
  moment: {
    store: (value) => value.toISOString().slice(0, -1).replace("T", " "),
    load: (value) => new Date(`${String(value).replace(" ", "T")}Z`),
  },
  /** A 64-bit integer of 10^-scale units. */
  decimal: (scale) => ({
    store: (value) => BigInt(value.times(`1e${scale}`).toFixed(0)),
    load: (value) => new Big(`${String(value)}e-${scale}`),
  }),
  json: () => ({ store: JSON.stringify, load: (value) => JSON.parse(String(value)) }),
};

function same<T>(): Codec<T> {
  return { store: (value) => value, load: (value) => value as T };
}

/** What Kysely does not expect of SQLite: several connections, and changes of tables in transactions. */
class FileAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }

  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** The dialect for the file of `DATABASE_URL`. */
export function createDialect(settings: CoreSettings): Dialect {
  return {
    createAdapter: () => new FileAdapter(),
    createDriver: () => new FileDriver(settings),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/**
 * Whether references are watched by a connection. A migration makes changed tables anew: dropping the old one would take the
 * rows with it that refer to it. It asks at its end whether every reference leads somewhere.
 */
export async function withoutReferences(db: Kysely<Tables>, without: boolean): Promise<void> {
  await sql.raw(`PRAGMA foreign_keys = ${without ? "OFF" : "ON"}`).execute(db);
}

// --- connections ----------------------------------------------------------------------------

// How often a file that another process writes to is tried again.
const RETRY_MS = 20;
const KEPT_STATEMENTS = 200;

/** One connection; its statements are prepared once. */
class FileConnection implements DatabaseConnection {
  readonly database: DatabaseSync;
  private readonly statements = new Map<string, StatementSync>();

  constructor(path: string) {
    this.database = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: 0 });
    this.database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const statement = this.prepared(query.sql);
    const parameters = query.parameters as readonly SQLInputValue[];
    if (statement.columns().length > 0) {
      return { rows: statement.all(...parameters).map(withNumbers) as R[] };
    }
    const { changes } = statement.run(...parameters);
    return { rows: [], numAffectedRows: BigInt(changes) };
  }

  // biome-ignore lint/correctness/useYield: nothing here reads so much that it must be streamed
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new Error("streaming is not supported");
  }

  private prepared(text: string): StatementSync {
    const known = this.statements.get(text);
    if (known !== undefined) {
      return known;
    }
    const statement = this.database.prepare(text);
    // A scaled decimal can have more digits than a double holds.
    statement.setReadBigInts(true);
    if (this.statements.size >= KEPT_STATEMENTS) {
      this.statements.clear();
    }
    this.statements.set(text, statement);
    return statement;
  }
}

function withNumbers(row: Record<string, unknown>): Record<string, unknown> {
  for (const [key, value] of Object.entries(row)) {
    if (typeof value === "bigint" && BigInt(Number(value)) === value) {
      row[key] = Number(value);
    }
  }
  return row;
}

/** No connection, or no lock, is to be had in time. */
class BusyError extends Error {}

/** A few connections to one file, of which one at a time writes. */
class FileDriver implements Driver {
  private readonly path: string;
  private readonly size: number;
  private readonly patience: number;
  private readonly idle: FileConnection[] = [];
  private readonly open = new Set<FileConnection>();
  private readonly waiting: (() => void)[] = [];
  private writing: Promise<void> = Promise.resolve();
  private readonly written = new WeakMap<FileConnection, () => void>();

  constructor(settings: CoreSettings) {
    this.path = settings.DATABASE_URL.slice("sqlite:///".length);
    this.size = settings.DATABASE_POOL_SIZE;
    this.patience = settings.DATABASE_TIMEOUT_MS;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<FileConnection> {
    const deadline = Date.now() + this.patience;
    for (;;) {
      const connection = this.idle.pop() ?? this.opened();
      if (connection !== undefined) {
        return connection;
      }
      await this.turn(deadline);
    }
  }

  private opened(): FileConnection | undefined {
    if (this.open.size >= this.size) {
      return undefined;
    }
    const connection = new FileConnection(this.path);
    this.open.add(connection);
    return connection;
  }

  private turn(deadline: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(called), 1);
        reject(new BusyError("no connection is free"));
      }, deadline - Date.now());
      const called = (): void => {
        clearTimeout(timer);
        resolve();
      };
      this.waiting.push(called);
    });
  }

  async releaseConnection(connection: FileConnection): Promise<void> {
    this.idle.push(connection);
    this.waiting.shift()?.();
  }

  /** Take the write lock at once, so that no transaction fails half-way for want of it. */
  async beginTransaction(connection: FileConnection): Promise<void> {
    const deadline = Date.now() + this.patience;
    const before = this.writing;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.writing = before.then(() => promise);
    this.written.set(connection, resolve);
    try {
      await inTime(before, deadline);
      await this.begun(connection, deadline);
    } catch (error) {
      resolve();
      throw error;
    }
  }

  private async begun(connection: FileConnection, deadline: number): Promise<void> {
    for (;;) {
      try {
        connection.database.exec("BEGIN IMMEDIATE");
        return;
      } catch (error) {
        if (codeOf(error) !== SQLITE_BUSY || Date.now() >= deadline) {
          throw error;
        }
        await sleep(RETRY_MS);
      }
    }
  }

  async commitTransaction(connection: FileConnection): Promise<void> {
    try {
      connection.database.exec("COMMIT");
    } finally {
      this.written.get(connection)?.();
    }
  }

  async rollbackTransaction(connection: FileConnection): Promise<void> {
    try {
      if (connection.database.isTransaction) {
        connection.database.exec("ROLLBACK");
      }
    } finally {
      this.written.get(connection)?.();
    }
  }

  async savepoint(connection: FileConnection, name: string): Promise<void> {
    connection.database.exec(`SAVEPOINT ${name}`);
  }

  async rollbackToSavepoint(connection: FileConnection, name: string): Promise<void> {
    connection.database.exec(`ROLLBACK TO ${name}`);
  }

  async releaseSavepoint(connection: FileConnection, name: string): Promise<void> {
    connection.database.exec(`RELEASE ${name}`);
  }

  async destroy(): Promise<void> {
    for (const connection of this.open) {
      connection.database.close();
    }
    this.open.clear();
    this.idle.length = 0;
  }
}

async function inTime(work: Promise<void>, deadline: number): Promise<void> {
  const stop = new AbortController();
  const late = sleep(deadline - Date.now(), undefined, { signal: stop.signal, ref: false });
  try {
    await Promise.race([
      work,
      late.then(() => {
        throw new BusyError("another transaction writes");
      }),
    ]);
  } finally {
    stop.abort();
    late.catch(() => undefined);
  }
}

// --- statements that differ from database to database ---------------------------------------

/** Lock what a query finds until the transaction ends: it is the only one that writes anyway. */
export function forUpdate<Q>(query: Q): Q {
  return query;
}

/** Keep others from deleting what a query finds until the transaction ends. */
export function forShare<Q>(query: Q): Q {
  return query;
}

/** Insert a row unless a unique key is taken. */
export function unlessThere<Q extends InsertQueryBuilder<Tables, string, InsertResult>>(
  query: Q,
): Q {
  return query.onConflict((conflict) => conflict.doNothing()) as Q;
}

/** Nulls sort lowest by themselves. */
export const NULLS_NEED_WORDS = false;

/** Whether a column holds a text, whatever the case of ASCII letters. */
export function contains(column: Expression<unknown>, text: string): Expression<SqlBool> {
  return sql<SqlBool>`instr(lower(${column}), lower(${text})) > 0`;
}

/** Let one transaction at a time pass for a name: there is one writer anyway. */
export async function lock(_db: unknown, _name: string, _patienceMs: number): Promise<void> {}

/** While a transaction is open, nobody else writes. */
export const ONE_WRITER = true;

/** Take the lock of a name, unless somebody has it: nobody can. */
export async function tryLock(_db: unknown, _name: string): Promise<boolean> {
  return true;
}

// --- errors ---------------------------------------------------------------------------------

// https://www.sqlite.org/rescode.html
const SQLITE_ERROR = 1;
const SQLITE_BUSY = 5;
const SQLITE_CONSTRAINT = 19;
const VIOLATIONS: Readonly<Record<number, Violation>> = {
  275: "check",
  787: "foreign_key",
  1299: "not_null",
  1555: "unique",
  2067: "unique",
};

/** The constraint that a write broke. */
export function violationOf(error: unknown): Violation | undefined {
  const code = errorCode(error);
  return code === undefined ? undefined : VIOLATIONS[code];
}

/** Whether an error means that the database cannot be used at the moment. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof BusyError) {
    return true;
  }
  const code = codeOf(error);
  return code !== undefined && code !== SQLITE_ERROR && code !== SQLITE_CONSTRAINT;
}

/** Whether the database gave a transaction up because it and another waited for each other. */
export function isDeadlock(_error: unknown): boolean {
  return false;
}

function errorCode(error: unknown): number | undefined {
  return error instanceof Error && "errcode" in error ? Number(error.errcode) : undefined;
}

/** The code without its extension. */
function codeOf(error: unknown): number | undefined {
  const code = errorCode(error);
  return code === undefined ? undefined : code & 0xff;
}

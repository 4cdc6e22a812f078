/** The database: connections, transactions, and what to do when it is away. */

import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type ControlledTransaction,
  type Driver,
  Kysely,
  type KyselyPlugin,
  type LogEvent,
  type OperationNode,
  type QueryResult,
  type RootOperationNode,
  sql,
  type TableNode,
  type UnknownRow,
} from "kysely";
import type { Cache } from "./cache.ts";
import type { CoreSettings } from "./config.ts";
import { createDialect, isDeadlock, isUnavailable, lock, ONE_WRITER, tryLock } from "./driver.ts";
import { ApiError, unavailable } from "./errors.ts";
import { log, requestContext } from "./logging.ts";

/** Rows as they lie in their tables: the machinery finds tables and columns by name. */
export type Tables = Record<string, Record<string, unknown>>;
export type Connection = Kysely<Tables>;

/** One transaction, and what happens once it is committed. */
export interface Session {
  readonly db: ControlledTransaction<Tables>;
  /** Names of the entities whose rows are new. */
  readonly created: string[];
  /** The tables that were written, or `EVERYTHING` where nobody knows. */
  readonly written: ReadonlySet<string>;
}

/** Stands for all tables. */
export const EVERYTHING = "*";
const REPEATS = 3;
// What drivers send by themselves.
const FRAME = /^(begin|start transaction|commit|rollback)\b/i;

/** The pool, and the two ways to use it: `read` and `write`. */
export class Database {
  readonly cache: Cache;
  /** Rows committed since the start, by the name of their entity. */
  readonly created = new Map<string, number>();
  /** How many statements took too long. */
  slow = 0;
  /** How many connections the pool may hold. */
  readonly poolSize: number;
  /** How many connections are in use. */
  inUse = 0;
  /** Told each statement, by whoever counts or explains them. */
  watch: ((text: string, parameters: readonly unknown[]) => void) | undefined;
  /** Told each statement with its end. */
  trace: ((event: LogEvent) => void) | undefined;
  private readonly kysely: Connection;
  private readonly slowMs: number;
  private readonly patienceMs: number;

  constructor(settings: CoreSettings, cache: Cache) {
    this.cache = cache;
    this.poolSize = settings.DATABASE_POOL_SIZE;
    this.slowMs = settings.SLOW_QUERY_MS;
    this.patienceMs = settings.DATABASE_TIMEOUT_MS;
    const dialect = createDialect(settings);
    this.kysely = new Kysely<Tables>({
      dialect: {
        createAdapter: () => dialect.createAdapter(),
        createDriver: () => this.counting(dialect.createDriver()),
        createIntrospector: (db) => dialect.createIntrospector(db),
        createQueryCompiler: () => dialect.createQueryCompiler(),
      },
      log: (event) => this.note(event),
    });
  }

  /** Let a driver tell how many of its connections are in use. */
  private counting(driver: Driver): Driver {
    const acquire = driver.acquireConnection.bind(driver);
    const release = driver.releaseConnection.bind(driver);
    driver.acquireConnection = async (options) => {
      const connection = await acquire(options);
      this.inUse++;
      return connection;
    };
    driver.releaseConnection = async (connection, options) => {
      this.inUse--;
      await release(connection, options);
    };
    return driver;
  }

  /** For migrations and tools. */
  get db(): Connection {
    return this.kysely;
  }

  private note(event: LogEvent): void {
    if (FRAME.test(event.query.sql)) {
      return;
    }
    this.watch?.(event.query.sql, event.query.parameters);
    this.trace?.(event);
    if (this.slowMs > 0 && event.queryDurationMillis >= this.slowMs) {
      this.slow++;
      // The statement only: its parameters may be personal.
      log.warn(
        {
          durationMs: Math.round(event.queryDurationMillis * 10) / 10,
          sql: event.query.sql,
          route: requestContext()?.route,
        },
        "slow query",
      );
    }
  }

  /** Read: each statement sees what was committed before it. Throws 503 when the database is away. */
  async read<T>(work: (db: Connection) => Promise<T>): Promise<T> {
    return await available(() => work(this.kysely));
  }

  /**
   * One transaction: committed when the work is done, rolled back by an exception.
   *
   * The work is done again, up to three times, when the database ends a deadlock by giving this
   * transaction up; so it changes nothing but the database.
   */
  async write<T>(work: (session: Session) => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await available(() => this.once(work));
      } catch (error) {
        if (!(error instanceof DeadlockError) || attempt === REPEATS) {
          throw error;
        }
        // Not all of those that met at once come back at once.
        await sleep(randomInt(1, 50));
      }
    }
  }

  private async once<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const transaction = await this.kysely.startTransaction().execute();
    const writes = new Writes();
    const db = transaction.withPlugin(writes);
    const session: Session = { db, created: [], written: writes.tables };
    let result: T;
    try {
      result = await work(session);
      await this.cache.announce(session, () => transaction.commit().execute());
    } catch (error) {
      // A connection that cannot even do this is given up, and the transaction ends with it.
      await transaction
        .rollback()
        .execute()
        .catch(() => undefined);
      throw error;
    }
    for (const name of session.created) {
      this.created.set(name, (this.created.get(name) ?? 0) + 1);
    }
    return result;
  }

  /** Let one transaction at a time pass for this name, until it ends. */
  async lock(session: Session, name: string): Promise<void> {
    await lock(session.db, name, this.patienceMs);
  }

  /**
   * Do something that one process at a time does, in one transaction; nothing while another does it.
   *
   * Where a transaction would keep everybody from writing, there is none: each statement is its own,
   * and two processes may do the same.
   */
  async alone<T>(name: string, work: (db: Connection) => Promise<T>): Promise<T | undefined> {
    if (ONE_WRITER) {
      return await this.read(work);
    }
    return await this.write(async ({ db }) =>
      (await tryLock(db, name)) ? await work(db) : undefined,
    );
  }

  /** Ask the database for a sign of life; throws 503 without one. */
  async ping(): Promise<void> {
    await this.read((db) => sql`SELECT 1`.execute(db));
  }

  /** Close the pool and the cache. */
  async close(): Promise<void> {
    await this.cache.close();
    await this.kysely.destroy();
  }
}

/** Notes which tables the statements of a transaction write. */
class Writes implements KyselyPlugin {
  readonly tables = new Set<string>();

  transformQuery({ node }: { readonly node: RootOperationNode }): RootOperationNode {
    for (const name of writtenBy(node)) {
      this.tables.add(name);
    }
    return node;
  }

  async transformResult({
    result,
  }: {
    readonly result: QueryResult<UnknownRow>;
  }): Promise<QueryResult<UnknownRow>> {
    return result;
  }
}

/** The tables that a statement writes; of a text nobody knows what it writes. */
function writtenBy(node: RootOperationNode): string[] {
  switch (node.kind) {
    case "SelectQueryNode":
      return [];
    case "InsertQueryNode":
      return node.into === undefined ? [EVERYTHING] : [nameOf(node.into)];
    case "UpdateQueryNode":
      return node.table === undefined ? [EVERYTHING] : [nameOf(node.table)];
    case "DeleteQueryNode":
      return node.from.froms.map(nameOf);
    case "RawNode":
      return /^\s*SELECT\b/i.test(node.sqlFragments[0] ?? "") ? [] : [EVERYTHING];
    default:
      return [EVERYTHING];
  }
}

function nameOf(node: OperationNode): string {
  return node.kind === "TableNode" ? (node as TableNode).table.identifier.name : EVERYTHING;
}

/** The database gave a transaction up, because it and another one waited for each other. */
class DeadlockError extends ApiError {
  constructor(cause: unknown) {
    const { status, code, message, headers } = unavailable();
    super(status, code, message, { headers, cause });
  }
}

/** Turn what means "the database is away or too busy" into 503. */
async function available<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ApiError) {
      throw error;
    }
    if (isDeadlock(error)) {
      log.warn("deadlock");
      throw new DeadlockError(error);
    }
    if (isUnavailable(error)) {
      log.error({ err: error }, "database unavailable");
      throw unavailable(error);
    }
    throw error;
  }
}

/**
 * Answers kept in Redis, never older than the last answered write.
 *
 * A commit is announced before it happens, and again when it has happened; what was read before or
 * while it happened does not count afterwards. When Redis could not be told of a commit, this
 * process throws everything away before it uses what is kept again.
 */

import { createHash, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Counter, Gauge, type Registry } from "prom-client";
import { Cache, type Counted, type KeptPage, type KeptRow, type Source } from "../core/cache.ts";
import { EVERYTHING, type Session } from "../core/database.ts";
import { Repository } from "../core/repository.ts";
import { NAME } from "../project.ts";
import { AwayError, Connection } from "./connection.ts";
import { BEGIN, COUNT, END, LOOK, type Script, STORE } from "./scripts.ts";

// How long the mark of a commit counts beyond the longest that a statement may take.
const MARK_MS = 30_000;
// Tells answers of another version of the service from those of this one.
const FORM = createHash("sha256")
  .update(readFileSync(join(import.meta.dirname, "../../docs/openapi.json")))
  .digest("hex")
  .slice(0, 8);

interface Options {
  readonly url: string;
  /** How long answers are kept; 0 keeps none. */
  readonly seconds: number;
  /** The longest that a commit may take. */
  readonly commitMs: number;
}

/** What came of a look: the generations to store with, unless nothing may be stored. */
interface Look {
  readonly outcome: "hit" | "miss" | "bypass";
  readonly stamp?: string;
  readonly text?: string;
}

/** Rows and first pages, and the counts of the limits. */
export class RedisCache extends Cache {
  readonly redis: Connection;
  /** Before every key. */
  prefix = NAME;
  /** How long the mark of a commit counts. */
  markMs: number;
  /** Reads by entity and outcome. */
  readonly requests = new Counter({
    name: "cache_requests_total",
    help: "Reads that may be kept: hit, miss, or bypass while Redis is away or a commit runs.",
    labelNames: ["entity", "outcome"],
    registers: [],
  });
  private readonly seconds: number;
  // Commits that Redis does not know of, and those of them that no longer matter. What was kept
  // before the start may be one.
  private untold = 1;
  private settled = 0;

  constructor({ url, seconds, commitMs }: Options) {
    super();
    this.redis = new Connection(url);
    this.seconds = seconds;
    this.markMs = MARK_MS + commitMs;
  }

  // --- writes -------------------------------------------------------------------------------

  override async announce<T>(session: Session, commit: () => Promise<T>): Promise<T> {
    const tables = answered(session.written);
    if (tables.length === 0) {
      return await commit();
    }
    const mark = randomUUID();
    const told = await this.tell(BEGIN, tables, mark, this.markMs);
    let result: T;
    try {
      result = await commit();
    } catch (error) {
      // Nobody knows whether it was committed; the mark stays until it no longer counts.
      this.untold += told ? 0 : 1;
      throw error;
    }
    if (!told || !(await this.tell(END, tables, mark, randomUUID()))) {
      this.untold++;
    }
    return result;
  }

  /** Tell Redis of a commit; whether it has heard. */
  protected async tell(
    script: Script,
    tables: readonly string[],
    ...values: readonly (string | number)[]
  ): Promise<boolean> {
    try {
      await this.redis.run(script, this.keys("", tables), [...values, ...tables]);
      return true;
    } catch (error) {
      if (!(error instanceof AwayError)) {
        throw error;
      }
      return false;
    }
  }

  // --- reads --------------------------------------------------------------------------------

  override async row(source: Source, id: string, load: () => Promise<KeptRow>): Promise<KeptRow> {
    return await this.through(source, `row:${id}`, load);
  }

  override async page(
    source: Source,
    name: string,
    load: () => Promise<KeptPage>,
  ): Promise<KeptPage> {
    return await this.through(source, `page:${name}`, load);
  }

  /** What is kept under this name, else what is loaded, which is kept if it may be. */
  private async through<T>(source: Source, name: string, load: () => Promise<T>): Promise<T> {
    if (this.seconds === 0) {
      return await load();
    }
    const tables = tablesOf(source).sort();
    const keys = this.keys(`${FORM}:${source.name}:${name}`, tables);
    const { outcome, stamp, text } = await this.look(keys, tables);
    this.requests.inc({ entity: source.name, outcome });
    if (text !== undefined) {
      return JSON.parse(text) as T;
    }
    const found = await load();
    if (stamp !== undefined) {
      await this.store(keys, stamp, JSON.stringify(found));
    }
    return found;
  }

  private async look(keys: readonly string[], tables: readonly string[]): Promise<Look> {
    const { untold } = this;
    const endAll = untold > this.settled ? 1 : 0;
    try {
      const values = [randomUUID(), endAll, EVERYTHING, ...tables];
      const found = (await this.redis.run(LOOK, keys, values)) as string[] | null;
      if (found === null) {
        return { outcome: "bypass" };
      }
      this.settled = Math.max(this.settled, untold);
      const [stamp = "", text] = found;
      return text === undefined ? { outcome: "miss", stamp } : { outcome: "hit", stamp, text };
    } catch (error) {
      if (!(error instanceof AwayError)) {
        throw error;
      }
      return { outcome: "bypass" };
    }
  }

  private async store(keys: readonly string[], stamp: string, text: string): Promise<void> {
    try {
      await this.redis.run(STORE, keys.slice(0, 1), [stamp, text, this.seconds]);
    } catch (error) {
      if (!(error instanceof AwayError)) {
        throw error;
      }
    }
  }

  private keys(name: string, tables: readonly string[]): string[] {
    const start = `${this.prefix}:cache`;
    const commits = tables.map((table) => `${start}:commits:${table}`);
    return [`${start}:${name}`, `${start}:generations`, ...commits];
  }

  // --- limits, probes, metrics --------------------------------------------------------------

  override async count(key: string): Promise<Counted | undefined> {
    try {
      const found = await this.redis.run(COUNT, [`${this.prefix}:limit:${key}`], []);
      const [count, reset] = found as [number, number];
      return { count, reset };
    } catch (error) {
      if (!(error instanceof AwayError)) {
        throw error;
      }
      return undefined;
    }
  }

  override async check(): Promise<Readonly<Record<string, "up" | "down">>> {
    return { cache: (await this.redis.ping()) ? "up" : "down" };
  }

  override register(registry: Registry): void {
    const { redis } = this;
    new Gauge({
      name: "cache_up",
      help: "Whether Redis answered when it was last asked.",
      registers: [registry],
      collect() {
        this.set(redis.away ? 0 : 1);
      },
    });
    registry.registerMetric(this.requests);
  }

  override async close(): Promise<void> {
    await this.redis.close();
  }
}

function tablesOf(source: Source): string[] {
  return [source.table, ...source.links.map((links) => links.table)];
}

/** Those of some tables, by name, that the answers of any entity are read from. */
function answered(written: ReadonlySet<string>): string[] {
  if (written.size === 0) {
    return [];
  }
  const known = new Set(Repository.all().flatMap(tablesOf));
  return [...(written.has(EVERYTHING) ? known : known.intersection(written))].sort();
}

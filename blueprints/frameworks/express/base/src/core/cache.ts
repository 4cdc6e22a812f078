/** A place between the service and its database where answers are kept. This one keeps none. */

import type { Registry } from "prom-client";
import type { Session } from "./database.ts";
import type { JsonObject } from "./fields.ts";

/** What answers are read from: the table of an entity and those of its links. */
export interface Source {
  /** The name of the entity. */
  readonly name: string;
  readonly table: string;
  readonly links: readonly { readonly table: string }[];
}

/** A row as it is answered, and whose it is: whoever asks, his access is judged anew. */
export interface KeptRow {
  readonly answer: JsonObject;
  readonly ownerId: string | null;
}

/** A page as it is answered. */
export type KeptPage = JsonObject;

/** How many requests there were in this window, and the seconds until the next one. */
export interface Counted {
  readonly count: number;
  readonly reset: number;
}

/** What the database, the readers and the limits ask; without a cache each does its own work. */
export class Cache {
  /** Surround the commit of what a session has written. */
  async announce<T>(_session: Session, commit: () => Promise<T>): Promise<T> {
    return await commit();
  }

  /** One row, kept or loaded. */
  async row(_source: Source, _id: string, load: () => Promise<KeptRow>): Promise<KeptRow> {
    return await load();
  }

  /** The first page of a list, kept or loaded; the name tells it from others. */
  async page(_source: Source, _name: string, load: () => Promise<KeptPage>): Promise<KeptPage> {
    return await load();
  }

  /** Count a request; nothing when each process counts by itself. */
  async count(_key: string): Promise<Counted | undefined> {
    return undefined;
  }

  /** What probes are told. */
  async check(): Promise<Readonly<Record<string, "up" | "down">>> {
    return {};
  }

  /** Add what Prometheus is told. */
  register(_registry: Registry): void {}

  /** Close connections. */
  async close(): Promise<void> {}
}

/** Two processes on one database and one Redis, as far as they can tell. */

import type { Database } from "../../src/core/database.ts";
import { Desk } from "../core/machinery/desk.ts";
import { test as plain } from "../core/machinery/fixtures.ts";
import { cacheOf } from "../keys.ts";

export const test = plain
  /** The user of `user`, served by another process. */
  .extend("other", ({ user, open }) => new Desk(open(), user.caller));

/** How often each came of a read, whatever was read. */
export async function outcomes(database: Database): Promise<Record<string, number>> {
  const { values } = await cacheOf(database).requests.get();
  const found: Record<string, number> = {};
  for (const { labels, value } of values) {
    const outcome = String(labels.outcome);
    found[outcome] = (found[outcome] ?? 0) + value;
  }
  return found;
}

/** Keys of each test alone: those of other tests, of other runs and of the service are left alone. */

import { randomUUID } from "node:crypto";
import { script } from "../src/cache/scripts.ts";
import { RedisCache } from "../src/cache/store.ts";
import type { Database } from "../src/core/database.ts";
import { NAME } from "../src/project.ts";

const START = `${NAME}:test:${randomUUID()}`;
const REMOVE = script(`
for _, key in ipairs(redis.call('KEYS', ARGV[1])) do redis.call('DEL', key) end
`);
let number = 0;

/** Begin anew. */
export function nextKeys(): void {
  number++;
}

/** The cache of a database. */
export function cacheOf({ cache }: Database): RedisCache {
  if (!(cache instanceof RedisCache)) {
    throw new Error("there is no cache in Redis");
  }
  return cache;
}

/** Let a database keep its answers apart from those of other tests. */
export function ownKeys(database: Database): void {
  cacheOf(database).prefix = `${START}:${number}`;
}

/** Remove what is left. */
export async function removeKeys(database: Database): Promise<void> {
  await cacheOf(database).redis.run(REMOVE, [], [`${START}:*`]);
}

/** Settings of the cache. */

import { z } from "zod";
import { count } from "../core/config.ts";

/** Whether a text is the URL of a Redis server; a path is the number of its database. */
function isRedisUrl(text: string): boolean {
  if (!URL.canParse(text)) {
    return false;
  }
  const { protocol, hostname, port, pathname } = new URL(text);
  const known = protocol === "redis:" || protocol === "rediss:";
  return known && hostname !== "" && port !== "0" && /^(\/[0-9]*)?$/.test(pathname);
}

/** Where Redis is, and how long answers are kept there. */
export const cacheVariables = {
  // It may hold a password.
  REDIS_URL: z
    .string()
    .refine(isRedisUrl, "must be the URL of a Redis server, such as redis://127.0.0.1:6379/0"),
  // 0 turns the cache off; limits are counted in Redis all the same.
  CACHE_SECONDS: count.default(60),
};

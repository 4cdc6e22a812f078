/** The cache of this service: in Redis. */

import { RedisCache } from "../cache/store.ts";
import type { Settings } from "../settings.ts";
import type { Cache } from "./cache.ts";

/** What keeps answers, and counts for all processes. */
export function makeCache(settings: Settings): Cache {
  return new RedisCache({
    url: settings.REDIS_URL,
    seconds: settings.CACHE_SECONDS,
    commitMs: settings.DATABASE_TIMEOUT_MS,
  });
}

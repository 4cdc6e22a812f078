/** The cache of this service: none. */

import type { Settings } from "../settings.ts";
import { Cache } from "./cache.ts";

/** What keeps answers. */
export function makeCache(_settings: Settings): Cache {
  return new Cache();
}

/** What the application keeps for its routes. */

import type { Observers } from "../observability/observers.ts";
import type { Settings } from "../settings.ts";
import type { Database } from "./database.ts";

export interface Runtime {
  readonly settings: Settings;
  readonly database: Database;
  readonly observers: Observers;
}

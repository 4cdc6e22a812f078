/** What the application keeps for its routes. */

import type { Work } from "../background/work.ts";
import type { Observers } from "../observability/observers.ts";
import type { Settings } from "../settings.ts";
import type { Database } from "./database.ts";

/** What everything works with, requests and jobs alike. */
export interface Resources {
  readonly settings: Settings;
  readonly database: Database;
}

export interface Runtime extends Resources {
  readonly observers: Observers;
  readonly work: Work;
}

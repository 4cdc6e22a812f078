/** Events of this service: nobody waits for any, so none are written. */

import type { Connection, Session } from "./database.ts";
import type { JsonObject } from "./fields.ts";
import type { Identified, Target } from "./repository.ts";

/** What happened to a row. */
export type Change = "created" | "updated" | "deleted";

/** A row as its event would tell it: nothing needs to be found out. */
export async function lastState<R extends Identified>(
  _db: Connection,
  _target: Target<R>,
  _row: R,
): Promise<JsonObject | undefined> {
  return undefined;
}

/** Say what happened to a row. */
export async function publishWrite<R extends Identified>(
  _session: Session,
  _target: Target<R>,
  _change: Change,
  _row: R,
  _state?: JsonObject,
): Promise<void> {}

/** Say what happened. */
export async function publish(
  _session: Session,
  _type: string,
  _subject: string,
  _data: JsonObject,
): Promise<void> {}

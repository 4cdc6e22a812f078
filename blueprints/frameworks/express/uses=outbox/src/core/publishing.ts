/** Events of this service: written with what they tell of, and published once that is committed. */

import { writeEvent } from "../background/outbox.ts";
import type { Connection, Session } from "./database.ts";
import type { JsonObject } from "./fields.ts";
import { snakeCase } from "./naming.ts";
import type { Identified, Target } from "./repository.ts";

/** What happened to a row. */
export type Change = "created" | "updated" | "deleted";

/** A row as its event tells it: as it is answered. */
export async function lastState<R extends Identified>(
  db: Connection,
  target: Target<R>,
  row: R,
): Promise<JsonObject | undefined> {
  const [state] = await target.answers(db, [row]);
  return state;
}

/** Say what happened to a row; of one that is gone, `state` is what it was. */
export async function publishWrite<R extends Identified>(
  session: Session,
  target: Target<R>,
  change: Change,
  row: R,
  state?: JsonObject,
): Promise<void> {
  const data = state ?? (await lastState(session.db, target, row)) ?? {};
  await publish(session, typeOf(target.name, change), row.id, data);
}

/** Say what happened. */
export async function publish(
  session: Session,
  type: string,
  subject: string,
  data: JsonObject,
): Promise<void> {
  await writeEvent(session, { type, subject, data });
}

/** `OrderLine` that was created is `order-line.created`. */
function typeOf(name: string, change: Change): string {
  return `${snakeCase(name).replaceAll("_", "-")}.${change}`;
}

/** Events that are still to be published: rows, written in the transaction that they tell of. */

import { v7 as uuid7 } from "uuid";
import type { Connection, Session } from "../core/database.ts";
import { storage } from "../core/driver.ts";
import type { JsonObject } from "../core/fields.ts";
import type { Chore } from "./clean-up.ts";
import { DELIVERIES } from "./deliveries.ts";
import { type Event, writeEnvelope } from "./events.ts";
import type { Declared } from "./payloads.ts";

export const OUTBOX = "outbox";
const KEPT_MS = 7 * 24 * 3_600_000;

/** An event as it lies in its table: the database counts the positions. */
export interface Outgoing {
  readonly position: number;
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly envelope: string;
}

/** Say what happened: published once this transaction is committed, never when it is rolled back. */
export async function emit<D>(
  session: Session,
  event: Declared<D>,
  subject: string,
  data: D,
): Promise<void> {
  await writeEvent(session, { type: event.type, subject, data: event.write(data) });
}

/** Write an event beside what it tells of, whose row is locked: positions follow versions. */
export async function writeEvent(
  session: Session,
  { type, subject, data }: Pick<Event<JsonObject>, "type" | "subject" | "data">,
): Promise<void> {
  const now = new Date();
  const id = uuid7();
  const event = { id, type, subject, time: now.toISOString(), data };
  const row = {
    id,
    type,
    subject,
    envelope: writeEnvelope(event),
    created_at: storage.moment.store(now),
    published_at: null,
  };
  await session.db.insertInto(OUTBOX).values(row).execute();
}

/** The events that are to be published next, in their order. */
export async function unpublished(db: Connection, limit: number): Promise<Outgoing[]> {
  const rows = await db
    .selectFrom(OUTBOX)
    .select(["position", "id", "type", "subject", "envelope"])
    .where("published_at", "is", null)
    .orderBy("position")
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    position: Number(row["position"]),
    id: String(row["id"]),
    type: String(row["type"]),
    subject: String(row["subject"]),
    envelope: String(row["envelope"]),
  }));
}

/** Note that events were published. */
export async function markPublished(db: Connection, events: readonly Outgoing[]): Promise<void> {
  await db
    .updateTable(OUTBOX)
    .set({ published_at: storage.moment.store(new Date()) })
    .where(
      "position",
      "in",
      events.map(({ position }) => position),
    )
    .execute();
}

/** How many events are to be published, and when the oldest was written. */
export async function backlog(
  db: Connection,
): Promise<{ readonly pending: number; readonly oldest: Date | undefined }> {
  const row = await db
    .selectFrom(OUTBOX)
    .select((eb) => [eb.fn.countAll().as("pending"), eb.fn.min("created_at").as("oldest")])
    .where("published_at", "is", null)
    .executeTakeFirstOrThrow();
  const oldest = row["oldest"] ?? undefined;
  return {
    pending: Number(row["pending"]),
    oldest: oldest === undefined ? undefined : storage.moment.load(oldest),
  };
}

/** Remove what was published, or handled, long ago. */
export const forgetOldEvents: Chore = async ({ database }) => {
  const oldest = storage.moment.store(new Date(Date.now() - KEPT_MS));
  await database.write(async ({ db }) => {
    await db.deleteFrom(OUTBOX).where("published_at", "<", oldest).execute();
    await db
      .deleteFrom(DELIVERIES)
      .where("status", "=", "done")
      .where("done_at", "<", oldest)
      .execute();
  });
};

/** What became of each event at each handler: the key refuses a second effect. */

import type { Connection, Database, Session } from "../core/database.ts";
import { forUpdate, storage, unlessThere } from "../core/driver.ts";
import type { Event } from "./events.ts";

export const DELIVERIES = "event_deliveries";

/** How far an event has come at a handler. */
export interface Receipt {
  readonly status: "pending" | "done" | "failed";
  /** Failed attempts so far. */
  readonly attempts: number;
  readonly error: string | null;
}

const NEW: Receipt = { status: "pending", attempts: 0, error: null };

/** The receipts of one handler. */
export class Deliveries {
  private readonly database: Database;
  private readonly handler: string;

  constructor(database: Database, handler: string) {
    this.database = database;
    this.handler = handler;
  }

  /** What is known of an event. */
  async find({ id }: Event<unknown>): Promise<Receipt> {
    return await this.database.read(async (db) => {
      return receiptOf(await this.of(db, id).executeTakeFirst()) ?? NEW;
    });
  }

  /**
   * Do the work and note the event as done, in one transaction.
   *
   * Nothing is done, and false returned, when somebody else has had a part in it meanwhile.
   */
  async once(
    event: Event<unknown>,
    { attempts }: Receipt,
    work: (session: Session) => Promise<void>,
  ): Promise<boolean> {
    return await this.database.write(async (session) => {
      const { db } = session;
      const done = { status: "done", done_at: storage.moment.store(new Date()) };
      if (!(await this.insert(db, event, { ...done, attempts }))) {
        const known = receiptOf(await forUpdate(this.of(db, event.id)).executeTakeFirst());
        if (known?.status !== "pending" || known.attempts !== attempts) {
          return false;
        }
        await this.set(db, event, done);
      }
      await work(session);
      return true;
    });
  }

  /** Note a failed attempt. */
  async count(event: Event<unknown>, attempts: number, error: string): Promise<void> {
    await this.database.write(async ({ db }) => {
      if (!(await this.insert(db, event, { status: "pending", attempts, error }))) {
        const { attempts: known } =
          receiptOf(await this.of(db, event.id).executeTakeFirst()) ?? NEW;
        if (known < attempts) {
          await this.set(db, event, { attempts, error });
        }
      }
    });
  }

  /** Note that an event is a dead letter. */
  async giveUp(event: Event<unknown>): Promise<void> {
    await this.database.write(({ db }) => this.set(db, event, { status: "failed" }));
  }

  /** Forget the attempts of an event that is put back. */
  async forget(id: string): Promise<void> {
    await this.database.write(({ db }) =>
      db
        .updateTable(DELIVERIES)
        .set({ status: "pending", attempts: 0, error: null })
        .where("handler", "=", this.handler)
        .where("event_id", "=", id)
        .where("status", "!=", "done")
        .execute(),
    );
  }

  private of(db: Connection, id: string) {
    return db
      .selectFrom(DELIVERIES)
      .select(["status", "attempts", "error"])
      .where("handler", "=", this.handler)
      .where("event_id", "=", id);
  }

  /** Insert a receipt; whether there was none. */
  private async insert(
    db: Connection,
    { id, subject }: Event<unknown>,
    values: Record<string, unknown>,
  ): Promise<boolean> {
    const row = {
      handler: this.handler,
      event_id: id,
      subject,
      created_at: storage.moment.store(new Date()),
      ...values,
    };
    const insert = unlessThere(db.insertInto(DELIVERIES).values(row));
    const { numInsertedOrUpdatedRows = 0n } = await insert.executeTakeFirstOrThrow();
    return numInsertedOrUpdatedRows > 0n;
  }

  private async set(
    db: Connection,
    { id }: Event<unknown>,
    values: Record<string, unknown>,
  ): Promise<void> {
    await db
      .updateTable(DELIVERIES)
      .set(values)
      .where("handler", "=", this.handler)
      .where("event_id", "=", id)
      .where("status", "!=", "done")
      .execute();
  }
}

function receiptOf(row: Record<string, unknown> | undefined): Receipt | undefined {
  return row === undefined
    ? undefined
    : {
        status: row["status"] as Receipt["status"],
        attempts: Number(row["attempts"]),
        error: row["error"] === null ? null : String(row["error"]),
      };
}

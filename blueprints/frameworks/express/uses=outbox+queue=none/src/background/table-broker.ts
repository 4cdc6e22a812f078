/** Carries events without a broker: each handler has a row for each event that it waits for. */

import type { Connection, Database } from "../core/database.ts";
import { storage, unlessThere } from "../core/driver.ts";
import { type Broker, HELD, type Message } from "./broker.ts";
import type { Consumer } from "./consumer.ts";
import { DELIVERIES, Deliveries } from "./deliveries.ts";
import type { AnyHandler } from "./handlers.ts";
import type { Depths } from "./instruments.ts";
import { repeat, type Stop } from "./loops.ts";
import type { Outgoing } from "./outbox.ts";

const POLL_MS = 200;

/** The messages of the table of deliveries. */
export class TableBroker implements Broker {
  private readonly database: Database;
  private readonly handlers: readonly AnyHandler[];
  private readonly began = new Date();

  constructor(database: Database, handlers: readonly AnyHandler[]) {
    this.database = database;
    this.handlers = handlers;
  }

  async publish(db: Connection, events: readonly Outgoing[]): Promise<void> {
    const now = storage.moment.store(new Date());
    for (const { id, type, subject, position, envelope } of events) {
      for (const { name } of this.handlers.filter((handler) => handler.type === type)) {
        const row = {
          handler: name,
          event_id: id,
          status: "pending",
          attempts: 0,
          subject,
          position,
          envelope,
          created_at: now,
        };
        // It is there when the relay died before it could tell the outbox.
        await unlessThere(db.insertInto(DELIVERIES).values(row)).execute();
      }
    }
  }

  subscribe(consumer: Consumer): Stop {
    const held = new Map<string, Promise<void>>();
    const stop = repeat({
      name: "look for events",
      pauseMs: POLL_MS,
      step: async () => {
        const found = await this.waiting(consumer.handler.name, [...held.keys()]);
        for (const { id, ...message } of found) {
          held.set(
            id,
            consumer.take(message).finally(() => held.delete(id)),
          );
        }
        return false;
      },
    });
    return async () => {
      consumer.stop();
      await stop();
      await Promise.all(held.values());
    };
  }

  /** The messages that a handler can take besides those that it holds. */
  private async waiting(
    handler: string,
    held: readonly string[],
  ): Promise<(Message & { readonly id: string })[]> {
    if (held.length >= HELD) {
      return [];
    }
    const rows = await this.database.read((db) => {
      const pending = db
        .selectFrom(DELIVERIES)
        .select(["event_id", "envelope", "created_at"])
        .where("handler", "=", handler)
        .where("status", "=", "pending")
        .orderBy("position")
        .limit(HELD - held.length);
      return (held.length > 0 ? pending.where("event_id", "not in", held) : pending).execute();
    });
    return rows.map((row) => ({
      id: String(row["event_id"]),
      text: String(row["envelope"]),
      again: storage.moment.load(row["created_at"]) < this.began,
      // The receipt tells both.
      settle: async () => undefined,
      bury: async (error, attempts) => await this.bury(handler, row["event_id"], error, attempts),
    }));
  }

  /** A message that is no event has no other receipt. */
  private async bury(handler: string, id: unknown, error: string, attempts: number): Promise<void> {
    await this.database.write(({ db }) =>
      db
        .updateTable(DELIVERIES)
        .set({ status: "failed", error, attempts })
        .where("handler", "=", handler)
        .where("event_id", "=", id)
        .execute(),
    );
  }

  async depths(): Promise<Depths> {
    const rows = await this.database.read((db) =>
      db
        .selectFrom(DELIVERIES)
        .select((eb) => ["handler", "status", eb.fn.countAll().as("count")])
        .where("status", "!=", "done")
        .groupBy(["handler", "status"])
        .execute(),
    );
    const counts = new Map(
      rows.map((row) => [`${row["handler"]} ${row["status"]}`, Number(row["count"])]),
    );
    return new Map(
      this.handlers.flatMap(({ name }) => [
        [name, counts.get(`${name} pending`) ?? 0],
        [`${name}.dlq`, counts.get(`${name} failed`) ?? 0],
      ]),
    );
  }

  async replay(handler: string): Promise<number> {
    const rows = await this.database.read((db) =>
      db
        .selectFrom(DELIVERIES)
        .select("event_id")
        .where("handler", "=", handler)
        .where("status", "=", "failed")
        .execute(),
    );
    const deliveries = new Deliveries(this.database, handler);
    for (const row of rows) {
      await deliveries.forget(String(row["event_id"]));
    }
    return rows.length;
  }

  async close(): Promise<void> {}
}

/** What carries the events of the tests: the table of deliveries. */

import { v7 as uuid7 } from "uuid";
import type { AnyHandler } from "../../src/background/handlers.ts";
import { TableBroker } from "../../src/background/table-broker.ts";
import type { Database } from "../../src/core/database.ts";
import { storage } from "../../src/core/driver.ts";
import { receiptsIn } from "../events.ts";

/** A message that nobody could handle. */
export interface DeadLetter {
  readonly message: string;
  readonly error: string;
  readonly attempts: number;
}

/** The broker of some processes of one test. */
export class Backend {
  readonly broker: TableBroker;
  private readonly database: Database;
  private readonly handlers: readonly AnyHandler[];

  constructor(database: Database, handlers: readonly AnyHandler[], _group: string, _url?: string) {
    this.broker = new TableBroker(database, handlers);
    this.database = database;
    this.handlers = handlers;
  }

  /** Wait until events find their handlers. */
  async ready(): Promise<void> {}

  /** Deliver a message as it is. */
  async inject(message: string, type: string): Promise<void> {
    const { db } = this.database;
    for (const { name } of this.handlers.filter((handler) => handler.type === type)) {
      const row = {
        handler: name,
        event_id: uuid7(),
        status: "pending",
        attempts: 0,
        position: 1,
        envelope: message,
        created_at: storage.moment.store(new Date()),
      };
      await db.insertInto("event_deliveries").values(row).execute();
    }
  }

  /** The dead letters of a handler. */
  async deadLetters(handler: string): Promise<DeadLetter[]> {
    const rows = await receiptsIn(this.database);
    return rows
      .filter((row) => row["handler"] === handler && row["status"] === "failed")
      .map((row) => ({
        message: String(row["envelope"]),
        error: String(row["error"]),
        attempts: Number(row["attempts"]),
      }));
  }

  /** Remove what is left: tables are emptied anyway. */
  async remove(): Promise<void> {}
}

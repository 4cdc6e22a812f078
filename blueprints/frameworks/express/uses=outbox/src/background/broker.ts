/** What carries events from the outbox to the handlers. */

import type { Connection } from "../core/database.ts";
import type { Consumer } from "./consumer.ts";
import type { Depths } from "./instruments.ts";
import type { Stop } from "./loops.ts";
import type { Outgoing } from "./outbox.ts";

/** How many messages a handler holds at once. */
export const HELD = 20;

/** A message for one handler. */
export interface Message {
  readonly text: string;
  /** Whether it was delivered before: the process that had it may have died of it. */
  readonly again: boolean;
  /** It is done with; when this cannot be told, it is delivered again. */
  settle(): Promise<void>;
  /** Put it to the dead letters, and be done with it; throws when that is not known to have worked. */
  bury(error: string, attempts: number): Promise<void>;
}

/** Carries events; loses none that it has confirmed. */
export interface Broker {
  /** Publish these in their order; throws unless all are known to be kept. */
  publish(db: Connection, events: readonly Outgoing[]): Promise<void>;
  /** Hand the messages of a handler to its consumer until told to stop. */
  subscribe(consumer: Consumer): Stop;
  /** How many messages wait for each handler, and dead letters as `<handler>.dlq`. */
  depths(): Promise<Depths>;
  /** Put every dead letter back; `forget` is told the message before. Returns how many there were. */
  replay(handler: string, forget: (message: string) => Promise<void>): Promise<number>;
  /** Give the connection back. */
  close(): Promise<void>;
}

/** Handlers: which events they wait for, and what they do. */

import type { Session } from "../core/database.ts";
import { type Event, readEnvelope } from "./events.ts";
import type { Payload } from "./payloads.ts";

interface Declaration<D> {
  readonly name: string;
  /** The type of the events that it waits for. */
  readonly type: string;
  readonly payload: Payload<D>;
  /**
   * Handle an event, in the transaction that notes it as done; throws to be tried again.
   *
   * What it does outside the database may happen twice: the event's id tells which is which.
   */
  run(event: Event<D>, session: Session): Promise<void>;
}

/** Something that is done for each event of a type. */
export class Handler<D> {
  readonly name: string;
  readonly type: string;
  private readonly declaration: Declaration<D>;

  constructor(declaration: Declaration<D>) {
    this.name = declaration.name;
    this.type = declaration.type;
    this.declaration = declaration;
  }

  /** The event of a message; nothing when it is of another type. Throws `PoisonError`. */
  read(message: string): Event<D> | undefined {
    const event = readEnvelope(message);
    if (event.type !== this.type) {
      return undefined;
    }
    return { ...event, data: this.declaration.payload.read(event.data) };
  }

  /** Handle an event. */
  async run(event: Event<D>, session: Session): Promise<void> {
    await this.declaration.run(event, session);
  }
}

/** A handler of events of some type. */
export type AnyHandler = Pick<Handler<unknown>, "name" | "type" | "read" | "run">;

/** Takes the messages of one handler: those of one subject in their order, others side by side. */

import type { Database } from "../core/database.ts";
import { ApiError } from "../core/errors.ts";
import { log } from "../core/logging.ts";
import type { Message } from "./broker.ts";
import { Deliveries, type Receipt } from "./deliveries.ts";
import type { EventInstruments, Outcome } from "./event-instruments.ts";
import { type Event, PoisonError } from "./events.ts";
import type { AnyHandler } from "./handlers.ts";
import { backoff, reasonOf, wait } from "./loops.ts";

const TROUBLE_MS = 1000;
const LOST = "the process that had it is gone";

interface Options {
  readonly database: Database;
  readonly handler: AnyHandler;
  readonly instruments: EventInstruments;
  /** How often an event is tried, and the wait after the first failure. */
  readonly attempts: number;
  readonly baseMs: number;
  /** Lets as many handlers run at once as the database takes. */
  readonly gate: <T>(work: () => Promise<T>) => Promise<T>;
}

/** The consumer of a handler. */
export class Consumer {
  readonly handler: AnyHandler;
  private readonly options: Options;
  private readonly deliveries: Deliveries;
  /** The last message of each subject that is held. */
  private readonly lanes = new Map<string, Promise<void>>();
  private readonly stopping = new AbortController();

  constructor(options: Options) {
    this.options = options;
    this.handler = options.handler;
    this.deliveries = new Deliveries(options.database, options.handler.name);
  }

  /** Take no attempt more; messages that are held are delivered again. */
  stop(): void {
    this.stopping.abort();
  }

  /** Take a message; fulfilled when it is done with, or left to be delivered again. Never throws. */
  async take(message: Message): Promise<void> {
    let event: Event<unknown> | undefined;
    try {
      event = this.handler.read(message.text);
    } catch (error) {
      await this.poison(message, error);
      return;
    }
    if (event === undefined) {
      await this.persist(() => message.settle());
      return;
    }
    await this.inLane(message, event);
  }

  /** Wait for the messages before it of the same subject. */
  private async inLane(message: Message, event: Event<unknown>): Promise<void> {
    const { subject } = event;
    const before = this.lanes.get(subject);
    // One that stands behind another was not being tried.
    const lost = message.again && before === undefined;
    const turn = (before ?? Promise.resolve()).then(() => this.handle(message, event, lost));
    this.lanes.set(subject, turn);
    await turn;
    if (this.lanes.get(subject) === turn) {
      this.lanes.delete(subject);
    }
  }

  /** Handle an event, as often as it takes. */
  private async handle(message: Message, event: Event<unknown>, lost: boolean): Promise<void> {
    if (lost) {
      await this.persist(async () => {
        const { status, attempts } = await this.deliveries.find(event);
        if (status === "pending") {
          await this.deliveries.count(event, attempts + 1, LOST);
        }
      });
    }
    let waited = 0;
    await this.persist(async () => {
      for (;;) {
        const receipt = await this.deliveries.find(event);
        if (receipt.status !== "pending") {
          await this.settle(message, "duplicate");
          return;
        }
        if (receipt.attempts >= this.options.attempts) {
          await this.giveUp(message, event, receipt);
          return;
        }
        if (receipt.attempts > waited) {
          // Also when another process has counted: it waits as long.
          await wait(backoff(this.options.baseMs, receipt.attempts), this.stopping.signal);
          waited = receipt.attempts;
        } else if (await this.attempt(event, receipt)) {
          await this.settle(message, "handled");
          return;
        }
        if (this.stopping.signal.aborted) {
          return;
        }
      }
    });
  }

  /** Try once; whether it is done. */
  private async attempt(event: Event<unknown>, receipt: Receipt): Promise<boolean> {
    try {
      return await this.options.gate(() =>
        this.deliveries.once(event, receipt, (session) => this.handler.run(event, session)),
      );
    } catch (error) {
      const attempt = receipt.attempts + 1;
      const { name } = this.handler;
      log.error({ err: error, handler: name, eventId: event.id, attempt }, "handler failed");
      await this.deliveries.count(event, attempt, reasonOf(error));
      if (attempt < this.options.attempts) {
        this.options.instruments.consumed(name, "retry");
      }
      return false;
    }
  }

  private async giveUp(
    message: Message,
    event: Event<unknown>,
    { error, attempts }: Receipt,
  ): Promise<void> {
    const reason = error ?? LOST;
    log.error({ handler: this.handler.name, eventId: event.id, reason }, "event is a dead letter");
    await message.bury(reason, attempts);
    await this.deliveries.giveUp(event);
    await this.settle(message, "dead");
  }

  private async poison(message: Message, error: unknown): Promise<void> {
    const { name } = this.handler;
    const reason = error instanceof PoisonError ? error.message : reasonOf(error);
    log.error({ handler: name, reason }, "event is a dead letter");
    await this.persist(async () => {
      await message.bury(reason, 0);
      await this.settle(message, "dead");
    });
  }

  private async settle(message: Message, outcome: Outcome): Promise<void> {
    await message.settle();
    this.options.instruments.consumed(this.handler.name, outcome);
  }

  /** Do something until it works: the database or the broker may be away. */
  private async persist(work: () => Promise<void>): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await work();
        return;
      } catch (error) {
        if (!(error instanceof ApiError)) {
          log.warn({ err: error, handler: this.handler.name }, "cannot go on with an event");
        }
        await wait(TROUBLE_MS, signal);
      }
    }
  }
}

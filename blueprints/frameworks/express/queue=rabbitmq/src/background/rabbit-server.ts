/** The way to RabbitMQ, opened again when it is needed and lost; what fails, fails at once. */

import { setTimeout as sleep } from "node:timers/promises";
import {
  type Channel,
  type ChannelModel,
  type ConfirmChannel,
  connect,
  IllegalOperationError,
  type Message,
  type Options,
} from "amqplib";
import { log } from "../core/logging.ts";
import { reasonOf } from "./loops.ts";

const CONNECT_MS = 5000;
const CLOSE_MS = 500;
const HEARTBEAT_SECONDS = "10";

/** A connection, and the channel whose messages the server confirms. */
interface Opened {
  readonly model: ChannelModel;
  readonly channel: ConfirmChannel;
  /** Whether a message was for a queue that is not there. */
  returned: boolean;
}

/** Where a message goes: through an exchange, or (`""`) straight into a queue. */
interface Letter {
  readonly exchange: string;
  readonly key: string;
  readonly text: string;
  readonly options?: Options.Publish;
}

/** A message that was got, to be acknowledged on the channel that it came by. */
interface Got {
  readonly message: Message;
  done(): void;
}

/** One connection. */
export class RabbitServer {
  /** How long an answer may take. */
  patienceMs = 5000;
  private readonly url: string;
  private readonly declare: (channel: Channel) => Promise<void>;
  private opening: Promise<Opened> | undefined;
  private away = false;

  /** On each connection everything is declared that is needed. */
  constructor(url: string, declare: (channel: Channel) => Promise<void>) {
    const address = new URL(url);
    if (!address.searchParams.has("heartbeat")) {
      address.searchParams.set("heartbeat", HEARTBEAT_SECONDS);
    }
    this.url = address.href;
    this.declare = declare;
  }

  /** Ask something; throws when there is no answer in time, or a wrong one. */
  async ask<T>(question: (opened: Opened) => Promise<T>): Promise<T> {
    const { promise: silence, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error("no answer in time")), this.patienceMs);
    this.opening ??= this.open();
    const { opening } = this;
    try {
      const answer = await Promise.race([opening.then(question), silence]);
      this.found();
      return answer;
    } catch (error) {
      this.lose(opening, error);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Send these in their order; throws unless the server confirms all. */
  async send(letters: readonly Letter[]): Promise<void> {
    await this.ask(async (opened) => {
      await Promise.all(letters.map((letter) => confirmed(opened.channel, letter)));
      if (opened.returned) {
        // Another connection declares it anew.
        throw new Error("a queue is gone");
      }
    });
  }

  /** A message of a queue, if there is one. */
  async get(queue: string): Promise<Got | undefined> {
    return await this.ask(async ({ channel }) => {
      const message = await channel.get(queue);
      return message ? { message, done: () => acknowledge(channel, message) } : undefined;
    });
  }

  /** Whether it answers now. */
  async reachable(): Promise<boolean> {
    try {
      await this.ask(async ({ channel }) => await channel.checkExchange("amq.topic"));
      return true;
    } catch {
      return false;
    }
  }

  private async open(): Promise<Opened> {
    const model = await connect(this.url, { timeout: CONNECT_MS });
    // Whoever asks is told by his question.
    model.on("error", () => undefined);
    const opened = { model, channel: await model.createConfirmChannel(), returned: false };
    opened.channel.on("error", () => undefined);
    opened.channel.on("return", () => {
      opened.returned = true;
    });
    await this.declare(opened.channel);
    return opened;
  }

  private found(): void {
    if (this.away) {
      log.info("the broker is back");
    }
    this.away = false;
  }

  private lose(lost: Promise<Opened>, error: unknown): void {
    if (!this.away) {
      log.warn(`the broker is away: ${reasonOf(error)}`);
    }
    this.away = true;
    if (this.opening === lost) {
      void this.close();
    }
  }

  /** Close the connection; the next question opens another. */
  async close(): Promise<void> {
    const closed = this.opening;
    this.opening = undefined;
    await closing(async () => await (await closed)?.model.close());
  }
}

/** Close something; what is gone already may never say so. */
export async function closing(close: () => Promise<unknown>): Promise<void> {
  const patience = sleep(CLOSE_MS, undefined, { ref: false });
  await Promise.race([close().catch(() => undefined), patience]);
}

/** Acknowledge a message; nothing when its connection is gone: then it is delivered again. */
export function acknowledge(channel: Channel, message: Message): void {
  try {
    channel.ack(message);
  } catch (error) {
    if (!(error instanceof IllegalOperationError)) {
      throw error;
    }
  }
}

function confirmed(channel: ConfirmChannel, letter: Letter): Promise<void> {
  const { exchange, key, text, options } = letter;
  return new Promise((resolve, reject) => {
    channel.publish(
      exchange,
      key,
      Buffer.from(text),
      // Events are for whoever waits for them; what is sent to a queue is to be there.
      { persistent: true, mandatory: exchange === "", ...options },
      (error: unknown) => (error ? reject(error) : resolve()),
    );
  });
}

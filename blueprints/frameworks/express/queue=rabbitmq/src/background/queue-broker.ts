/** Carries events and jobs by RabbitMQ: an exchange, a queue for each handler, three for jobs. */

import { setTimeout as sleep } from "node:timers/promises";
import type { Channel, ConsumeMessage } from "amqplib";
import type { Connection } from "../core/database.ts";
import { NAME } from "../project.ts";
import { type Broker, HELD, type Message } from "./broker.ts";
import type { Consumer } from "./consumer.ts";
import type { AnyHandler } from "./handlers.ts";
import type { Depths } from "./instruments.ts";
import type { JobAtHand, JobSource } from "./job-table.ts";
import { QUEUES, type Queue } from "./jobs.ts";
import { repeat, type Stop } from "./loops.ts";
import type { Outgoing } from "./outbox.ts";
import { acknowledge, closing, RabbitServer } from "./rabbit-server.ts";
import type { DueJob, JobCarrier } from "./sending.ts";
import type { Reached } from "./work.ts";

const POLL_MS = 100;
const SETTLE_MS = 300;
const ENVELOPE = "application/cloudevents+json";
const MAX_ERROR = 4000;
// A message that comes back keeps its place only where there is a limit of how often it may, and
// no version of the server is to throw one away by itself.
const QUORUM = { "x-queue-type": "quorum", "x-delivery-limit": 1_000_000 };
// Of several workers one has the messages of a handler; the next one takes over when it is gone.
const SINGLE = { ...QUORUM, "x-single-active-consumer": true };

/** The exchange and the queues of this service. */
export class QueueBroker implements Broker, JobCarrier, JobSource, Reached {
  readonly server: RabbitServer;
  private readonly handlers: readonly AnyHandler[];
  private readonly prefix: string;

  /** All names begin with the prefix. */
  constructor(url: string, handlers: readonly AnyHandler[], prefix = NAME) {
    this.server = new RabbitServer(url, (channel) => this.declare(channel));
    this.handlers = handlers;
    this.prefix = prefix;
  }

  private get exchange(): string {
    return `${this.prefix}.events`;
  }

  private inbox(handler: string): string {
    return `${this.prefix}.${handler}`;
  }

  private jobs(queue: Queue): string {
    return `${this.prefix}.jobs.${queue}`;
  }

  private async declare(channel: Channel): Promise<void> {
    await channel.assertExchange(this.exchange, "topic", { durable: true });
    for (const { name, type } of this.handlers) {
      const inbox = this.inbox(name);
      await channel.assertQueue(inbox, { durable: true, arguments: SINGLE });
      await channel.bindQueue(inbox, this.exchange, type);
      await channel.assertQueue(`${inbox}.dlq`, { durable: true, arguments: QUORUM });
    }
    for (const queue of QUEUES) {
      await channel.assertQueue(this.jobs(queue), { durable: true, arguments: QUORUM });
    }
  }

  // --- events -------------------------------------------------------------------------------

  async publish(_db: Connection, events: readonly Outgoing[]): Promise<void> {
    await this.server.send(
      events.map(({ id, type, envelope }) => ({
        exchange: this.exchange,
        key: type,
        text: envelope,
        options: { messageId: id, type, contentType: ENVELOPE },
      })),
    );
  }

  subscribe(consumer: Consumer): Stop {
    const { name } = consumer.handler;
    const held = new Set<Promise<void>>();
    let channel: Channel | undefined;
    const stop = repeat({
      name: `wait for the events of ${name}`,
      pauseMs: POLL_MS,
      step: async () => {
        channel ??= await this.consume(
          name,
          (opened, message) => {
            const taken = consumer.take(this.messageOf(name, opened, message));
            held.add(taken);
            void taken.finally(() => held.delete(taken));
          },
          () => {
            channel = undefined;
          },
        );
        return false;
      },
    });
    return async () => {
      consumer.stop();
      await stop();
      // What is not begun goes back to the queue with the channel.
      await Promise.all(held);
      await closing(async () => await channel?.close());
    };
  }

  /** Have the messages of a handler delivered, on a channel of its own. */
  private async consume(
    handler: string,
    take: (channel: Channel, message: ConsumeMessage) => void,
    ended: () => void,
  ): Promise<Channel> {
    return await this.server.ask(async ({ model }) => {
      const channel = await model.createChannel();
      channel.on("error", () => undefined);
      channel.on("close", ended);
      await channel.prefetch(HELD);
      await channel.consume(this.inbox(handler), (message) => {
        if (message === null) {
          // Such as a queue that was deleted.
          channel.close().catch(() => undefined);
        } else {
          take(channel, message);
        }
      });
      return channel;
    });
  }

  private messageOf(handler: string, channel: Channel, message: ConsumeMessage): Message {
    const text = message.content.toString();
    const { messageId } = message.properties;
    return {
      text,
      again: message.fields.redelivered,
      settle: async () => acknowledge(channel, message),
      bury: async (error, attempts) => {
        const headers = {
          "x-error": error.slice(0, MAX_ERROR),
          "x-attempts": attempts,
          "x-handler": handler,
        };
        const options = { messageId, contentType: ENVELOPE, headers };
        const key = `${this.inbox(handler)}.dlq`;
        await this.server.send([{ exchange: "", key, text, options }]);
      },
    };
  }

  async depths(): Promise<Depths> {
    return await this.server.ask(async ({ channel }) => {
      const depths = new Map<string, number>();
      for (const { name } of this.handlers) {
        for (const suffix of ["", ".dlq"]) {
          const { messageCount } = await channel.checkQueue(`${this.inbox(name)}${suffix}`);
          depths.set(`${name}${suffix}`, messageCount);
        }
      }
      return depths;
    });
  }

  async replay(handler: string, forget: (message: string) => Promise<void>): Promise<number> {
    const inbox = this.inbox(handler);
    const dead = `${inbox}.dlq`;
    const { messageCount } = await this.server.ask(({ channel }) => channel.checkQueue(dead));
    let found = 0;
    for (; found < messageCount; found++) {
      const letter = await this.server.get(dead);
      if (letter === undefined) {
        break;
      }
      const text = letter.message.content.toString();
      const { messageId } = letter.message.properties;
      await forget(text);
      const options = { messageId, contentType: ENVELOPE };
      await this.server.send([{ exchange: "", key: inbox, text, options }]);
      letter.done();
    }
    if (found > 0) {
      // A quorum queue takes back what was acknowledged just before its connection ended.
      await sleep(SETTLE_MS);
    }
    return found;
  }

  // --- jobs ---------------------------------------------------------------------------------

  async send(jobs: readonly DueJob[]): Promise<void> {
    await this.server.send(
      jobs.map(({ id, queue }) => ({ exchange: "", key: this.jobs(queue), text: id })),
    );
  }

  async next(): Promise<JobAtHand | undefined> {
    for (const queue of QUEUES) {
      const found = await this.server.get(this.jobs(queue));
      if (found !== undefined) {
        return { id: found.message.content.toString(), seen: async () => found.done() };
      }
    }
    return undefined;
  }

  // --- the server ---------------------------------------------------------------------------

  async reachable(): Promise<boolean> {
    return await this.server.reachable();
  }

  async close(): Promise<void> {
    await this.server.close();
  }
}

/** What carries the events of the tests: queues of their own in RabbitMQ. */

import { type ConfirmChannel, connect } from "amqplib";
import type { AnyHandler } from "../../src/background/handlers.ts";
import { QUEUES } from "../../src/background/jobs.ts";
import { QueueBroker } from "../../src/background/queue-broker.ts";
import type { Database } from "../../src/core/database.ts";
import { NAME } from "../../src/project.ts";
import { TEST_BROKER_URL } from "../broker-url.ts";

/** A message that nobody could handle. */
export interface DeadLetter {
  readonly message: string;
  readonly error: string;
  readonly attempts: number;
}

/** The broker of one process of a test; those of one group share their queues. */
export class Backend {
  readonly broker: QueueBroker;
  private readonly prefix: string;
  private readonly handlers: readonly AnyHandler[];

  constructor(
    _database: Database,
    handlers: readonly AnyHandler[],
    group: string,
    url = TEST_BROKER_URL,
  ) {
    this.prefix = group === NAME ? NAME : `${NAME}.test.${group}`;
    this.broker = new QueueBroker(url, handlers, this.prefix);
    this.handlers = handlers;
  }

  private async ask<T>(question: (channel: ConfirmChannel) => Promise<T>): Promise<T> {
    const model = await connect(TEST_BROKER_URL);
    try {
      return await question(await model.createConfirmChannel());
    } finally {
      await model.close();
    }
  }

  /** Wait until events find their handlers. */
  async ready(): Promise<void> {
    await this.broker.depths();
  }

  /** Deliver a message as it is. */
  async inject(message: string, type: string): Promise<void> {
    await this.ask(async (channel) => {
      channel.publish(`${this.prefix}.events`, type, Buffer.from(message));
      await channel.waitForConfirms();
    });
  }

  /** The dead letters of a handler. */
  async deadLetters(handler: string): Promise<DeadLetter[]> {
    return await this.ask(async (channel) => {
      const letters: DeadLetter[] = [];
      // They go back with the channel, as nobody acknowledges them.
      for (;;) {
        const found = await channel.get(`${this.prefix}.${handler}.dlq`);
        if (!found) {
          return letters;
        }
        const headers = found.properties.headers ?? {};
        letters.push({
          message: found.content.toString(),
          error: String(headers["x-error"]),
          attempts: Number(headers["x-attempts"]),
        });
      }
    });
  }

  /** Get a message of a handler, and do nothing more, as a process that dies of it. */
  async takeAndDie(handler: string): Promise<void> {
    await this.ask(async (channel) => {
      await new Promise((resolve) => channel.consume(`${this.prefix}.${handler}`, resolve));
    });
  }

  /** Forget everything, as a server does that keeps nothing. */
  async remove(): Promise<void> {
    await this.ask(async (channel) => {
      for (const { name } of this.handlers) {
        await channel.deleteQueue(`${this.prefix}.${name}`);
        await channel.deleteQueue(`${this.prefix}.${name}.dlq`);
      }
      for (const queue of QUEUES) {
        await channel.deleteQueue(`${this.prefix}.jobs.${queue}`);
      }
      await channel.deleteExchange(`${this.prefix}.events`);
    });
  }
}

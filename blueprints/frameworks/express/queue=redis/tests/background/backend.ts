/** What carries the events of the tests: streams of their own in Redis. */

import { createClient, type RedisClientType } from "redis";
import type { AnyHandler } from "../../src/background/handlers.ts";
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

/** The broker of one process of a test; those of one group share their streams. */
export class Backend {
  readonly broker: QueueBroker;
  private readonly prefix: string;

  constructor(
    _database: Database,
    handlers: readonly AnyHandler[],
    group: string,
    url = TEST_BROKER_URL,
  ) {
    this.prefix = group === NAME ? NAME : `${NAME}:test:${group}`;
    this.broker = new QueueBroker(url, handlers, this.prefix);
  }

  private async ask<T>(question: (client: RedisClientType) => Promise<T>): Promise<T> {
    const client: RedisClientType = createClient({ url: TEST_BROKER_URL });
    await client.connect();
    try {
      return await question(client);
    } finally {
      await client.close();
    }
  }

  /** Wait until events find their handlers. */
  async ready(): Promise<void> {
    await this.broker.depths();
  }

  /** Deliver a message as it is. */
  async inject(message: string, _type: string): Promise<void> {
    await this.ask((client) =>
      client.xAdd(`${this.prefix}:events`, "*", message === "" ? {} : { envelope: message }),
    );
  }

  /** The dead letters of a handler. */
  async deadLetters(handler: string): Promise<DeadLetter[]> {
    const letters = await this.ask((client) =>
      client.xRange(`${this.prefix}:${handler}:dlq`, "-", "+"),
    );
    return (letters ?? []).map(({ message }) => ({
      message: message["envelope"] ?? "",
      error: message["error"] ?? "",
      attempts: Number(message["attempts"]),
    }));
  }

  /** Read a message of a handler, and do nothing more, as a process that dies of it. */
  async takeAndDie(handler: string): Promise<void> {
    const stream = { key: `${this.prefix}:events`, id: ">" };
    const found = await this.ask((client) => client.xReadGroup(handler, "worker", stream));
    if (found === null) {
      throw new Error("there was nothing to read");
    }
  }

  /** Forget everything, as a server does that keeps nothing. */
  async remove(): Promise<void> {
    await this.ask(async (client) => {
      for (const key of await client.keys(`${this.prefix}:*`)) {
        await client.del(key);
      }
    });
  }
}

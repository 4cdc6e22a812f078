/** Carries events and jobs by Redis: streams, a group for each handler, and one for all workers. */

import { randomUUID } from "node:crypto";
import type { RedisClientType } from "redis";
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
import { RedisServer } from "./redis-server.ts";
import type { DueJob, JobCarrier } from "./sending.ts";
import { type Entry, entriesOf, HandlerStreams } from "./streams.ts";
import type { Reached } from "./work.ts";

const KEPT_MS = 7 * 24 * 3_600_000;
const POLL_MS = 100;
const WORKERS = "workers";
const READER = "worker";
// A job that was read so long ago, and not taken, was read by a process that is gone.
const IDLE_MS = 30_000;

/** The streams of this service. */
export class QueueBroker implements Broker, JobCarrier, JobSource, Reached {
  readonly server: RedisServer;
  private readonly handlers: readonly AnyHandler[];
  private readonly prefix: string;
  private readonly process = randomUUID();
  private groups: Promise<void> | undefined;
  /** Where groups that are not there begin. */
  private first: "$" | "0" = "$";
  private nextSearch = 0;

  /** All keys begin with the prefix. */
  constructor(url: string, handlers: readonly AnyHandler[], prefix = NAME) {
    this.server = new RedisServer(url);
    this.handlers = handlers;
    this.prefix = prefix;
  }

  private get events(): string {
    return `${this.prefix}:events`;
  }

  private jobs(queue: Queue): string {
    return `${this.prefix}:jobs:${queue}`;
  }

  private streams(group: string): HandlerStreams {
    const { events, process, server } = this;
    const own = `${this.prefix}:${group}`;
    return new HandlerStreams(server, { events, own, group, reader: READER, process });
  }

  // --- events -------------------------------------------------------------------------------

  async publish(_db: Connection, events: readonly Outgoing[]): Promise<void> {
    const threshold = Date.now() - KEPT_MS;
    await this.ready((client) => {
      const batch = client.multi();
      for (const { envelope } of events) {
        batch.xAdd(
          this.events,
          "*",
          { envelope },
          {
            TRIM: { strategy: "MINID", strategyModifier: "~", threshold },
          },
        );
      }
      return batch.exec();
    });
  }

  subscribe(consumer: Consumer): Stop {
    const { name } = consumer.handler;
    const streams = this.streams(name);
    const held = new Map<string, Promise<void>>();
    const stop = repeat({
      name: `read the events of ${name}`,
      pauseMs: POLL_MS,
      step: async () => {
        await this.declare();
        const found = await this.reading(streams, held);
        for (const entry of found) {
          const taken = consumer.take(messageOf(streams, entry));
          held.set(
            keyOf(entry),
            taken.finally(() => held.delete(keyOf(entry))),
          );
        }
        return false;
      },
    });
    return async () => {
      consumer.stop();
      await stop();
      await Promise.all(held.values());
      await streams.leave().catch(() => undefined);
    };
  }

  private async reading(
    streams: HandlerStreams,
    held: ReadonlyMap<string, unknown>,
  ): Promise<Entry[]> {
    try {
      return await streams.read(HELD - held.size, (entry) => held.has(keyOf(entry)));
    } catch (error) {
      // It may have lost its groups, and an answer with messages may be lost.
      this.groups = undefined;
      streams.startOver();
      throw error;
    }
  }

  async depths(): Promise<Depths> {
    await this.declare();
    const depths = new Map<string, number>();
    for (const { name } of this.handlers) {
      const { waiting, dead } = await this.streams(name).depths();
      depths.set(name, waiting);
      depths.set(`${name}.dlq`, dead);
    }
    return depths;
  }

  async replay(handler: string, forget: (message: string) => Promise<void>): Promise<number> {
    return await this.streams(handler).replay(forget);
  }

  // --- jobs ---------------------------------------------------------------------------------

  async send(jobs: readonly DueJob[]): Promise<void> {
    await this.ready((client) => {
      const batch = client.multi();
      for (const { id, queue } of jobs) {
        batch.xAdd(this.jobs(queue), "*", { id });
      }
      return batch.exec();
    });
  }

  async next(): Promise<JobAtHand | undefined> {
    const lost = await this.lost();
    if (lost !== undefined) {
      return lost;
    }
    for (const queue of QUEUES) {
      const key = this.jobs(queue);
      const found = await this.ready((client) =>
        client.xReadGroup(WORKERS, READER, { key, id: ">" }, { COUNT: 1 }),
      );
      const [entry] = entriesOf(found);
      if (entry !== undefined) {
        return this.atHand(key, entry.id, entry.message?.["id"]);
      }
    }
    return undefined;
  }

  /** A job that a process has read that is gone; looked for now and then. */
  private async lost(): Promise<JobAtHand | undefined> {
    if (Date.now() < this.nextSearch) {
      return undefined;
    }
    for (const queue of QUEUES) {
      const key = this.jobs(queue);
      const { messages } = await this.ready((client) =>
        client.xAutoClaim(key, WORKERS, READER, IDLE_MS, "0-0", { COUNT: 1 }),
      );
      const [entry] = messages;
      if (entry) {
        return this.atHand(key, entry.id, entry.message["id"]);
      }
    }
    this.nextSearch = Date.now() + IDLE_MS / 2;
    return undefined;
  }

  private atHand(key: string, entry: string, id = ""): JobAtHand {
    const seen = async (): Promise<void> => {
      await this.ready((client) =>
        client.multi().xAck(key, WORKERS, entry).xDel(key, entry).exec(),
      );
    };
    return { id, seen };
  }

  // --- the server ---------------------------------------------------------------------------

  /** Ask something about streams that are there. */
  private async ready<T>(question: (client: RedisClientType) => Promise<T>): Promise<T> {
    await this.declare();
    try {
      return await this.server.ask(question);
    } catch (error) {
      this.groups = undefined;
      throw error;
    }
  }

  /** Make the groups that are not there. */
  private async declare(): Promise<void> {
    this.groups ??= this.server.ask(async (client) => {
      for (const { name } of this.handlers) {
        // A new handler is not told what was before it; one that the server forgot wants everything.
        await make(client, this.events, name, this.first);
        await make(client, `${this.prefix}:${name}:replay`, name, "0");
      }
      for (const queue of QUEUES) {
        await make(client, this.jobs(queue), WORKERS, "0");
      }
      this.first = "0";
    });
    const making = this.groups;
    try {
      await making;
    } catch (error) {
      this.groups = undefined;
      throw error;
    }
  }

  async reachable(): Promise<boolean> {
    return await this.server.reachable();
  }

  async close(): Promise<void> {
    await this.server.close();
  }
}

function keyOf({ stream, id }: Entry): string {
  return `${stream} ${id}`;
}

function messageOf(streams: HandlerStreams, entry: Entry): Message {
  return {
    text: entry.text,
    again: entry.again,
    settle: () => streams.settle(entry),
    bury: (error, attempts) => streams.bury(entry, error, attempts),
  };
}

/** Make a group, and its stream, unless they are there. */
async function make(
  client: RedisClientType,
  stream: string,
  group: string,
  start: "$" | "0",
): Promise<void> {
  try {
    await client.xGroupCreate(stream, group, start, { MKSTREAM: true });
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith("BUSYGROUP")) {
      throw error;
    }
  }
}

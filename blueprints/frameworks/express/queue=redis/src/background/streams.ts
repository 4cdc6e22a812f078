/** The streams of one handler: the events of all, and those that are put back to it alone. */

import type { RedisClientType } from "redis";
import type { RedisServer } from "./redis-server.ts";

// How long others leave a handler to a process that says nothing more.
const LOCK_MS = 5000;

const KEEP = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) and 2 or 0`;
const LEAVE = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`;

/** Whether the lock was there, is new, or is another's. */
const NEW = 2;
const ANOTHERS = 0;

/** What streams are called, and who reads them. */
interface Names {
  /** The stream of all events. */
  readonly events: string;
  /** What the names of the handler's own keys begin with. */
  readonly own: string;
  readonly group: string;
  /** All processes read under one name, so that the next one finds what the last one held. */
  readonly reader: string;
  /** This process alone. */
  readonly process: string;
}

/** A message in a stream. */
export interface Entry {
  readonly stream: string;
  readonly id: string;
  readonly text: string;
  readonly again: boolean;
}

/** An entry as Redis gives it; nothing of it is left when it was cut. */
interface Raw {
  readonly id: string;
  readonly message: Record<string, string> | null;
}

/** The streams of a handler, of which one process at a time reads. */
export class HandlerStreams {
  private readonly redis: RedisServer;
  private readonly names: Names;
  /** Where to go on with what was read before, by stream. */
  private readonly before = new Map<string, string>();

  constructor(redis: RedisServer, names: Names) {
    this.redis = redis;
    this.names = names;
  }

  private get streams(): readonly string[] {
    return [this.names.events, `${this.names.own}:replay`];
  }

  private get lock(): string {
    return `${this.names.own}:lock`;
  }

  /** Up to so many messages, unless another process reads; what is held is not given again. */
  async read(room: number, held: (entry: Entry) => boolean): Promise<Entry[]> {
    if (!(await this.turn())) {
      return [];
    }
    const found: Entry[] = [];
    for (const stream of this.streams) {
      const count = room - found.length;
      if (count > 0) {
        found.push(...(await this.from(stream, count)));
      }
    }
    return found.filter((entry) => !held(entry));
  }

  /** Take or renew the lock; whoever has it anew begins with what was read and not acknowledged. */
  private async turn(): Promise<boolean> {
    const given = { keys: [this.lock], arguments: [this.names.process, String(LOCK_MS)] };
    const answer = Number(await this.redis.ask((client) => client.eval(KEEP, given)));
    if (answer === NEW) {
      this.startOver();
    }
    return answer !== ANOTHERS;
  }

  /** Read what was read before, and not acknowledged, again. */
  startOver(): void {
    for (const stream of this.streams) {
      this.before.set(stream, "0");
    }
  }

  private async from(stream: string, count: number): Promise<Entry[]> {
    const start = this.before.get(stream);
    const { group, reader } = this.names;
    const answer = await this.redis.ask((client) =>
      client.xReadGroup(group, reader, { key: stream, id: start ?? ">" }, { COUNT: count }),
    );
    const raw = entriesOf(answer);
    if (start !== undefined) {
      const last = raw.at(-1);
      if (last === undefined) {
        this.before.delete(stream);
      } else {
        this.before.set(stream, last.id);
      }
    }
    const entries: Entry[] = [];
    for (const { id, message } of raw) {
      const text = message?.["envelope"] ?? "";
      const entry = { stream, id, text, again: start !== undefined };
      if (message === null) {
        await this.settle(entry);
      } else {
        entries.push(entry);
      }
    }
    return entries;
  }

  /** Be done with a message. */
  async settle(entry: Entry): Promise<void> {
    await this.redis.ask(async (client) => {
      await this.acknowledged(client, entry).exec();
    });
  }

  /** Put a message to the dead letters, and be done with it. */
  async bury(entry: Entry, error: string, attempts: number): Promise<void> {
    const letter = { envelope: entry.text, error, attempts: String(attempts) };
    await this.redis.ask(async (client) => {
      await this.acknowledged(client, entry).xAdd(`${this.names.own}:dlq`, "*", letter).exec();
    });
  }

  private acknowledged(client: RedisClientType, { stream, id }: Entry) {
    const steps = client.multi().xAck(stream, this.names.group, id);
    // Nobody else reads what was put back.
    return stream === this.names.events ? steps : steps.xDel(stream, id);
  }

  /** Let another process read at once. */
  async leave(): Promise<void> {
    const given = { keys: [this.lock], arguments: [this.names.process] };
    await this.redis.ask((client) => client.eval(LEAVE, given));
  }

  /** How many messages wait, and how many are dead letters. */
  async depths(): Promise<{ readonly waiting: number; readonly dead: number }> {
    return await this.redis.ask(async (client) => {
      const groups = await client.xInfoGroups(this.names.events);
      const group = groups.find(({ name }) => name === this.names.group);
      const unread = Number(group?.lag ?? 0) + Number(group?.pending ?? 0);
      const back = await client.xLen(`${this.names.own}:replay`);
      return { waiting: unread + back, dead: await client.xLen(`${this.names.own}:dlq`) };
    });
  }

  /** Put every dead letter back; `forget` is told each before. Returns how many there were. */
  async replay(forget: (message: string) => Promise<void>): Promise<number> {
    const dead = `${this.names.own}:dlq`;
    const found = await this.redis.ask((client) => client.xRange(dead, "-", "+"));
    const letters = found ?? [];
    for (const { id, message } of letters) {
      const envelope = message["envelope"] ?? "";
      await forget(envelope);
      await this.redis.ask(async (client) => {
        await client
          .multi()
          .xAdd(`${this.names.own}:replay`, "*", { envelope })
          .xDel(dead, id)
          .exec();
      });
    }
    return letters.length;
  }
}

/** The entries of an answer about one stream. */
export function entriesOf(answer: unknown): readonly Raw[] {
  const [stream] = (answer ?? []) as readonly { readonly messages: readonly Raw[] }[];
  return stream?.messages ?? [];
}

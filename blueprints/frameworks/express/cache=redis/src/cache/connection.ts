/** Redis, or the knowledge that it is away: then nobody waits for it. */

import type { RedisClientType } from "redis";
import { log } from "../core/logging.ts";
import type { Script } from "./scripts.ts";

type Library = typeof import("redis");

// No answer is worth more of a request's time than the database would take.
const PATIENCE_MS = 250;

/** Redis does not answer, or not as it should. */
export class AwayError extends Error {}

/** Redis has not answered in time. */
class SilenceError extends Error {}

/** One connection for everybody, opened when it is first needed and again when it is lost. */
export class Connection {
  away = false;
  /** When Redis is away, one request in so many milliseconds tries it. */
  pauseMs = 1000;
  private readonly url: string;
  // It takes time to load, and a faulty setting is to stop the start at once.
  private readonly library = import("redis");
  private client: Promise<RedisClientType> | undefined;
  private nextTry = 0;

  constructor(url: string) {
    this.url = url;
  }

  /** Run a script; throws `AwayError`. */
  async run(
    script: Script,
    keys: readonly string[],
    values: readonly (string | number)[],
  ): Promise<unknown> {
    if (this.away) {
      if (performance.now() < this.nextTry) {
        throw new AwayError("redis is away");
      }
      this.nextTry = performance.now() + this.pauseMs;
    }
    const given = { keys: [...keys], arguments: values.map(String) };
    return await this.ask(async (client) => {
      try {
        return await client.evalSha(script.sha, given);
      } catch (error) {
        if (!(error instanceof Error) || !error.message.startsWith("NOSCRIPT")) {
          throw error;
        }
        return await client.eval(script.text, given);
      }
    });
  }

  /** Whether Redis answers now. */
  async ping(): Promise<boolean> {
    try {
      await this.ask((client) => client.ping());
      return true;
    } catch (error) {
      if (!(error instanceof AwayError)) {
        throw error;
      }
      return false;
    }
  }

  private async ask<T>(question: (client: RedisClientType) => Promise<T>): Promise<T> {
    try {
      const answer = await this.twice(question);
      this.found();
      return answer;
    } catch (error) {
      this.lose(error);
      throw new AwayError("redis is away", { cause: error });
    }
  }

  /** At once and once more, for a connection that the server has closed meanwhile. */
  private async twice<T>(question: (client: RedisClientType) => Promise<T>): Promise<T> {
    const opened = this.client !== undefined;
    try {
      return await this.once(question);
    } catch (error) {
      if (!opened || this.away || error instanceof SilenceError) {
        throw error;
      }
      this.drop();
      return await this.once(question);
    }
  }

  private async once<T>(question: (client: RedisClientType) => Promise<T>): Promise<T> {
    const { createClient } = await this.library;
    this.client ??= this.open(createClient);
    return await inTime(this.client.then(question));
  }

  private async open(createClient: Library["createClient"]): Promise<RedisClientType> {
    const client: RedisClientType = createClient({
      url: this.url,
      disableOfflineQueue: true,
      socket: { connectTimeout: PATIENCE_MS, reconnectStrategy: false },
    });
    // Whoever asks is told by his question.
    client.on("error", () => undefined);
    return await client.connect();
  }

  private lose(error: unknown): void {
    if (!this.away) {
      const reason = error instanceof Error ? error.message || error.name : "no reason given";
      log.warn(`redis is away: ${reason}`);
    }
    this.away = true;
    this.nextTry = performance.now() + this.pauseMs;
    this.drop();
  }

  private found(): void {
    if (this.away) {
      log.info("redis is back");
    }
    this.away = false;
  }

  /** Close the connection, however things stand there; the next question opens another. */
  private drop(): void {
    const dropped = this.client;
    this.client = undefined;
    dropped?.then(
      (client) => client.destroy(),
      () => undefined,
    );
  }

  /** Close the connection; it opens again when it is asked. */
  async close(): Promise<void> {
    const closed = this.client;
    this.client = undefined;
    const client = await closed?.catch(() => undefined);
    if (client?.isOpen) {
      await client.close();
    }
  }
}

/** What a question comes to, unless it takes too long. */
async function inTime<T>(answer: Promise<T>): Promise<T> {
  const { promise: silence, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new SilenceError("no answer in time")), PATIENCE_MS);
  try {
    return await Promise.race([answer, silence]);
  } finally {
    clearTimeout(timer);
  }
}

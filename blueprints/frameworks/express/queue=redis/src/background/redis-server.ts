/** The way to Redis, opened again when it is needed and lost; what fails, fails at once. */

import { createClient, type RedisClientType } from "redis";
import { log } from "../core/logging.ts";
import { reasonOf } from "./loops.ts";

const CONNECT_MS = 5000;

/** One connection. */
export class RedisServer {
  /** How long an answer may take. */
  patienceMs = 5000;
  private readonly url: string;
  private opening: Promise<RedisClientType> | undefined;
  private away = false;

  constructor(url: string) {
    this.url = url;
  }

  /** Ask something; throws when there is no answer in time, or a wrong one. */
  async ask<T>(question: (client: RedisClientType) => Promise<T>): Promise<T> {
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

  /** Whether it answers now. */
  async reachable(): Promise<boolean> {
    try {
      await this.ask((client) => client.ping());
      return true;
    } catch {
      return false;
    }
  }

  private async open(): Promise<RedisClientType> {
    const client: RedisClientType = createClient({
      url: this.url,
      disableOfflineQueue: true,
      socket: { connectTimeout: CONNECT_MS, reconnectStrategy: false },
    });
    // Whoever asks is told by his question.
    client.on("error", () => undefined);
    return await client.connect();
  }

  private found(): void {
    if (this.away) {
      log.info("the broker is back");
    }
    this.away = false;
  }

  private lose(lost: Promise<RedisClientType>, error: unknown): void {
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
    try {
      (await closed)?.destroy();
    } catch {
      // It is gone already.
    }
  }
}

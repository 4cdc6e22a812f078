/** A way to Redis that can be cut, or fall silent. */

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { TEST_REDIS_URL } from "../redis-url.ts";

/** Between a process and Redis. */
export class Wire {
  private readonly known = new URL(TEST_REDIS_URL);
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;
  private port = 0;
  private silent = false;

  /** As that of the server, by way of this. */
  get url(): string {
    const url = new URL(this.known);
    url.host = `127.0.0.1:${this.port}`;
    return url.href;
  }

  /** Let connections through. */
  async start(): Promise<void> {
    const server = createServer((socket) => this.pass(socket)).listen(this.port, "127.0.0.1");
    this.server = server;
    await once(server, "listening");
    this.port = (server.address() as AddressInfo).port;
  }

  private pass(socket: Socket): void {
    const there = connect(Number(this.known.port || 6379), this.known.hostname);
    for (const [from, to] of [
      [socket, there],
      [there, socket],
    ] as const) {
      this.sockets.add(from);
      from.on("data", (chunk) => this.silent || to.write(chunk));
      from.on("error", () => undefined);
      from.on("close", () => to.destroy());
    }
  }

  /** Let nothing through any more, and say nothing of it. */
  hush(): void {
    this.silent = true;
  }

  /** End all connections, and take no more. */
  async cut(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    for (const socket of this.sockets) {
      socket.destroy();
    }
    this.sockets.clear();
    await new Promise((resolve) => server?.close(resolve) ?? resolve(undefined));
  }
}

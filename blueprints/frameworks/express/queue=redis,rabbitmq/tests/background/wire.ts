/** A way to the broker that can be cut, or swallow what the broker says. */

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { TEST_BROKER_URL } from "../broker-url.ts";

/** Between a process and the broker. */
export class Wire {
  /** Whether what the broker says is lost. */
  deaf = false;
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;
  private port = 0;

  /** The URL of the broker by this way. */
  get url(): string {
    const url = new URL(TEST_BROKER_URL);
    url.hostname = "127.0.0.1";
    url.port = String(this.port);
    return url.href;
  }

  /** Let connections through; at the same place as before. */
  async open(): Promise<void> {
    const { hostname, port, protocol } = new URL(TEST_BROKER_URL);
    const usual = protocol.startsWith("redis") ? 6379 : 5672;
    this.server = createServer((near) => {
      const far = connect(Number(port || usual), hostname);
      near.pipe(far);
      far.on("data", (data) => {
        if (!this.deaf) {
          near.write(data);
        }
      });
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.sockets.add(socket);
        socket.on("error", () => undefined);
        socket.on("close", () => {
          this.sockets.delete(socket);
          other.destroy();
        });
      }
    }).listen(this.port, "127.0.0.1");
    await once(this.server, "listening");
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** End all connections, and let none through. */
  async cut(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    for (const socket of this.sockets) {
      socket.destroy();
    }
    if (server !== undefined) {
      await new Promise((resolve) => server.close(resolve));
    }
  }
}

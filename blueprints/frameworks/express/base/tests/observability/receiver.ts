/** A place outside that the service sends to: it keeps what it is sent. */

import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";

/** One thing that was received. */
export interface Received {
  readonly path: string;
  readonly text: string;
}

/** An HTTP server on a free port of this machine. */
export interface Receiver {
  /** Host and port. */
  readonly address: string;
  readonly received: readonly Received[];
  close(): Promise<void>;
}

/** Begin to listen. */
export async function receiving(): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    received.push({ path: request.url ?? "", text: await textOf(request) });
    response.writeHead(200, { "Content-Type": "application/json" }).end("{}");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    received,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const bytes = await buffer(request);
  const gzip = request.headers["content-encoding"] === "gzip";
  return (gzip ? gunzipSync(bytes) : bytes).toString("utf8");
}

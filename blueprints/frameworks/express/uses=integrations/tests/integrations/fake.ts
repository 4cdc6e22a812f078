/** A stand-in for another service: a real HTTP server that answers rightly, unless told otherwise. */

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { JsonObject } from "../../src/core/fields.ts";

/** An operation of the service, and its right answer; without one there is no body. */
export interface Route {
  readonly method: string;
  /** `{key}` stands for one segment. */
  readonly path: string;
  readonly answer?: JsonObject;
}

/** What to answer instead. */
export interface Reply {
  readonly status?: number;
  /** A JSON value, or the bytes of something else. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Not to answer at all. */
  readonly hang?: boolean;
  /** To begin the answer, and never come to its end. */
  readonly stall?: boolean;
}

export const HANG: Reply = { hang: true };
export const STALL: Reply = { stall: true };

/** A request, as it came. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
}

/** The server. */
export interface Fake {
  /** Where it is; services live below a path, too. */
  readonly url: string;
  /** What it was asked. */
  readonly received: Received[];
  /** Answer the next requests so, one after the other; then rightly again. */
  next(...replies: readonly Reply[]): void;
  close(): Promise<void>;
}

/** Begin to listen, on a free port. */
export async function serving(routes: readonly Route[] = []): Promise<Fake> {
  const received: Received[] = [];
  const replies: Reply[] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "", "http://fake");
    const path = (request.url ?? "").replace(/^\/base/, "").replace(/\?.*/s, "");
    const { method = "", headers } = request;
    const query = Object.fromEntries(url.searchParams);
    received.push({ method, path, query, headers, text: await text(request) });
    answer(response, replies.shift() ?? right(routes, method, path));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/base`,
    received,
    next(...more) {
      replies.push(...more);
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function right(routes: readonly Route[], method: string, path: string): Reply {
  const route = routes.find((each) => {
    const pattern = each.path.replaceAll(".", "\\.").replaceAll(/\{[^}]+\}/g, "[^/]+");
    return each.method === method && new RegExp(`^${pattern}$`).test(path);
  });
  if (route === undefined) {
    return { status: 404, body: {} };
  }
  const { answer: known } = route;
  return known === undefined ? { status: 204 } : { body: { ...known, notOurs: [null] } };
}

function answer(response: ServerResponse, reply: Reply): void {
  if (reply.hang) {
    return;
  }
  const { status = 200, body = null } = reply;
  const data = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  const length = status === 204 ? {} : { "Content-Length": data.length };
  response.writeHead(status, { ...length, ...reply.headers });
  if (reply.stall) {
    response.flushHeaders();
  } else {
    response.end(status === 204 ? undefined : data);
  }
}

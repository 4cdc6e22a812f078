/** Where a request comes from, believing `X-Forwarded-*` only from trusted proxies. */

import type { IncomingMessage } from "node:http";
import { type BlockList, isIP } from "node:net";

/** The address of a client, and whether the request came by https. */
export interface Client {
  readonly address: string;
  readonly https: boolean;
}

/**
 * Tell who sent a request.
 *
 * The list in `X-Forwarded-For` is read from its end: each proxy adds the address that it saw, so
 * the first one that is no trusted proxy is the client; what stands before it is hearsay.
 */
export function clientOf(request: IncomingMessage, trusted: BlockList): Client {
  let address = plainAddress(request.socket.remoteAddress ?? "unknown");
  if (!isTrusted(address, trusted)) {
    return { address, https: false };
  }
  const https = textOf(request.headers["x-forwarded-proto"]).trim().toLowerCase() === "https";
  const hops = textOf(request.headers["x-forwarded-for"]).split(",");
  for (const hop of hops.map((each) => each.trim()).reverse()) {
    if (hop === "") {
      continue;
    }
    if (isIP(hop) === 0) {
      break;
    }
    address = plainAddress(hop);
    if (!isTrusted(address, trusted)) {
      break;
    }
  }
  return { address, https };
}

function textOf(header: string | string[] | undefined): string {
  return Array.isArray(header) ? header.join(",") : (header ?? "");
}

/** An IPv4 address that a socket for both kinds shows as IPv6. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=[0-9.]+$)/, "");
}

function isTrusted(address: string, trusted: BlockList): boolean {
  const family = isIP(address);
  return family !== 0 && trusted.check(address, family === 6 ? "ipv6" : "ipv4");
}

/** Where a request comes from: only trusted proxies are believed. */

import type { IncomingMessage } from "node:http";
import { BlockList } from "node:net";
import { expect, test } from "vitest";
import { clientOf } from "../../src/core/client.ts";

const TRUSTED = new BlockList();
TRUSTED.addSubnet("10.0.0.0", 8);
TRUSTED.addSubnet("fd00::", 8, "ipv6");

function from(peer: string | undefined, hops: string | undefined, proto?: string): IncomingMessage {
  const headers = { "x-forwarded-for": hops, "x-forwarded-proto": proto };
  // Of a request, the client is all that matters here.
  return { socket: { remoteAddress: peer }, headers } as unknown as IncomingMessage;
}

test.for([
  // A stranger says what he likes.
  ["1.1.1.1", "2.2.2.2", "https", "1.1.1.1", false],
  ["10.0.0.1", undefined, undefined, "10.0.0.1", false],
  ["10.0.0.1", "2.2.2.2", "HTTPS ", "2.2.2.2", true],
  ["10.0.0.1", "2.2.2.2", "http", "2.2.2.2", false],
  // What stands before the first address that no proxy of ours has is hearsay.
  ["10.0.0.1", "3.3.3.3, 2.2.2.2 ,10.0.0.2", "https", "2.2.2.2", true],
  ["10.0.0.1", "2.2.2.2, nonsense, 10.0.0.2", "https", "10.0.0.2", true],
  ["fd00::1", "2001:db8::1,,", "https", "2001:db8::1", true],
  // A socket for both kinds shows IPv4 as IPv6.
  ["::ffff:10.0.0.1", "::ffff:2.2.2.2", "https", "2.2.2.2", true],
  ["::ffff:1.1.1.1", "2.2.2.2", "https", "1.1.1.1", false],
  // A proxy behind a socket has no address to trust.
  ["/run/proxy.sock", "2.2.2.2", "https", "/run/proxy.sock", false],
  [undefined, "2.2.2.2", "https", "unknown", false],
] as const)("from %s by way of %s, %s: %s", ([peer, hops, proto, address, https]) => {
  expect(clientOf(from(peer, hops, proto), TRUSTED)).toEqual({ address, https });
});

test("without proxies the peer counts", () => {
  const request = from("10.0.0.1", "2.2.2.2", "https");
  expect(clientOf(request, new BlockList())).toEqual({ address: "10.0.0.1", https: false });
});

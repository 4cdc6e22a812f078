/** Whose signature counts, and for how long. */

import { expect, test } from "vitest";
import { isSigned, signature } from "../../src/webhooks/signature.ts";

const secret = "only-for-tests-0123456789";
const BODY = '{"id": "evt_1", "type": "payment.succeeded"}';
const NOW = 1_800_000_000;
// openssl dgst -sha256 -hmac of "1800000000." and the body.
const RIGHT = "757a832a3e0e794d08f1a8d31ab726492e9746b612e390ee22e82dcb74825bc7";

function counts(header: string, text = BODY, now = NOW): boolean {
  return isSigned(header, { body: Buffer.from(text), secret, now, tolerance: 300 });
}

test("the signature is that of other tools", () => {
  expect(signature(secret, String(NOW), Buffer.from(BODY))).toBe(RIGHT);
  expect(counts(`t=${NOW},v1=${RIGHT}`)).toBe(true);
});

test("the body is signed as it was sent", () => {
  expect(counts(`t=${NOW},v1=${RIGHT}`, `${BODY}\n`)).toBe(false);
  expect(counts(`t=${NOW},v1=${RIGHT}`, BODY.replaceAll(" ", ""))).toBe(false);
});

test.for([
  [0, true],
  [300, true],
  [301, false],
  [-300, true],
  [-301, false],
] as const)("a moment %i seconds away: %s", ([away, counted]) => {
  expect(counts(`t=${NOW},v1=${RIGHT}`, BODY, NOW + away)).toBe(counted);
});

test("one right signature of several suffices", () => {
  expect(counts(`t=${NOW},v1=${"0".repeat(64)},v0=x,v1=${RIGHT}`)).toBe(true);
  expect(counts(`v1=${RIGHT}, t=${NOW}`)).toBe(true);
});

test.for([
  "",
  RIGHT,
  `t=${NOW}`,
  `v1=${RIGHT}`,
  `t=${NOW},v0=${RIGHT}`,
  `t=${NOW},v1=${RIGHT.slice(1)}`,
  `t=${NOW},v1=${RIGHT.toUpperCase()}`,
  `t=${NOW},v1=`,
  `t=${NOW},v1=${"é".repeat(64)}`,
  `t=${NOW + 1},v1=${RIGHT}`,
  `t=${NOW},t=${NOW},v1=${RIGHT}`,
  `t=,v1=${RIGHT}`,
  `t=-${NOW},v1=${RIGHT}`,
  `t=${NOW}.0,v1=${RIGHT}`,
  `t=${"9".repeat(5000)},v1=${RIGHT}`,
])("%j does not count", (header) => {
  expect(counts(header)).toBe(false);
});

/** Which passwords are taken, and how they are kept. */

import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { passwordFault } from "../../src/auth/password-policy.ts";
import { hashPassword, passwordMatches } from "../../src/auth/passwords.ts";

test.for<[password: string, rule: string | undefined]>([
  ["Aa1aaaa", "min"],
  ["Aa1aaaaz", undefined],
  [`Aa1${"x".repeat(125)}`, undefined],
  [`Aa1${"x".repeat(126)}`, "max"],
  ["lowercase1", "rule"],
  ["UPPERCASE1", "rule"],
  ["NoDigitsHer", "rule"],
  ["no digits at all", undefined],
  ["Password1", "rule"],
  ["PASSword123", "rule"],
  ["Ää1öööööö", undefined],
  ["😀".repeat(7), "min"],
  ["😀".repeat(12), undefined],
  ["Nul\0inside-it-12", "format"],
  ["  spaces are kept  ", undefined],
])("%j: %s", ([password, rule]) => {
  expect(passwordFault(password, "password")?.rule).toBe(rule);
});

test("a hash is Argon2id with the agreed cost", async () => {
  const kept = await hashPassword("Correct-Horse-7");
  expect(kept).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await hashPassword("Correct-Horse-7")).not.toBe(kept);
  expect(await passwordMatches("Correct-Horse-7", kept)).toBe(true);
  expect(await passwordMatches("correct-horse-7", kept)).toBe(false);
  expect(await passwordMatches("Correct-Horse-7", undefined)).toBe(false);
  expect(await passwordMatches("no account has this password", undefined)).toBe(false);
  await expect(passwordMatches("x", "plain")).rejects.toThrow("not in the form");
});

test("hashes of other tools are read", async () => {
  // Of the tests of the reference implementation (github.com/P-H-C/phc-winner-argon2).
  const kept =
    "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
  expect(await passwordMatches("password", kept)).toBe(true);
  expect(await passwordMatches("Password", kept)).toBe(false);
});

test("nothing is cut short", async () => {
  const long = `Aa1${"x".repeat(125)}`;
  const kept = await hashPassword(long);
  expect(await passwordMatches(long.slice(0, 72), kept)).toBe(false);
  expect(await passwordMatches(long.slice(0, -1), kept)).toBe(false);
});

test("hashing leaves the event loop free", async () => {
  let longest = 0;
  let watching = true;
  const watch = (async () => {
    while (watching) {
      const started = performance.now();
      await sleep(1);
      longest = Math.max(longest, performance.now() - started);
    }
  })();
  const started = performance.now();
  await Promise.all(Array.from({ length: 16 }, () => hashPassword("Correct-Horse-7")));
  const took = performance.now() - started;
  watching = false;
  await watch;
  expect(longest).toBeLessThan(took / 2);
});

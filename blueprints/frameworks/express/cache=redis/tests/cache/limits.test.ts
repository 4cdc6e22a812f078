/** Limits that all processes count together, and the settings of the cache. */

import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";
import { expect } from "vitest";
import { script } from "../../src/cache/scripts.ts";
import type { Database } from "../../src/core/database.ts";
import { BASE_PATH } from "../../src/project.ts";
import { Desk, person } from "../core/machinery/desk.ts";
import { folders } from "../core/machinery/resources.ts";
import { routerFor } from "../core/machinery/service.ts";
import { clientAt } from "../http.ts";
import { cacheOf } from "../keys.ts";
import { makeSettings } from "../service.ts";
import { outcomes, test } from "./fixtures.ts";

/** Wait until a minute has room for a test. */
async function wholeWindow({ cache }: Database): Promise<void> {
  const { reset = 60 } = (await cache.count("nobody")) ?? {};
  if (reset < 5) {
    await sleep(reset * 1000);
  }
}

test("two processes share a limit", { timeout: 60_000 }, async ({ world, start }) => {
  const settings = { RATE_LIMIT_PER_MINUTE: "3" };
  const processes = [
    await start(settings, [routerFor(person("admin"))]),
    await start(settings, [routerFor(person("admin"))]),
  ];
  await wholeWindow(world);
  const left: (string | null)[] = [];
  for (let number = 0; number < 5; number++) {
    const http = clientAt(`${processes[number % 2]?.url}${BASE_PATH}`);
    const answer = await http.get("/folders");
    expect(answer.status).toBe(number < 3 ? 200 : 429);
    const reset = Number(answer.header("RateLimit-Reset"));
    expect(reset).toBeGreaterThanOrEqual(1);
    expect(reset).toBeLessThanOrEqual(60);
    left.push(answer.header("RateLimit-Remaining"));
  }
  expect(left).toEqual(["2", "1", "0", "0", "0"]);
});

test("a count ends with its minute", { timeout: 60_000 }, async ({ world }) => {
  await wholeWindow(world);
  const cache = cacheOf(world);
  const first = await cache.count("somebody");
  const reset = first?.reset ?? 0;
  expect(first?.count).toBe(1);
  const ttl = script("return redis.call('PTTL', KEYS[1])");
  const left = Number(await cache.redis.run(ttl, [`${cache.prefix}:limit:somebody`], []));
  expect(left).toBeGreaterThanOrEqual((reset - 1) * 1000 - 100);
  expect(left).toBeLessThanOrEqual(reset * 1000);
  expect((await cache.count("somebody"))?.count).toBe(2);
  expect((await cache.count("another"))?.count).toBe(1);
});

test("without seconds nothing is kept", async ({ user, open }) => {
  const desk = new Desk(open({ CACHE_SECONDS: "0" }), user.caller);
  const made = await desk.create(folders, { name: "a" });
  for (let time = 0; time < 2; time++) {
    expect(await desk.read(folders, made.id)).toEqual(made);
  }
  expect(await outcomes(desk.database)).toEqual({});
  expect(await desk.database.cache.count("nobody")).toBeDefined();
});

test.for([
  "nothing",
  "http://:hunter2@127.0.0.1",
  "redis://",
  "redis://h:port/0",
  "redis://h:1/zero",
])("%s is refused", (url) => {
  expect(() => makeSettings({ REDIS_URL: url })).toThrow(
    /^configuration: REDIS_URL: (?!.*hunter2)/,
  );
});

test("a missing URL stops the start", () => {
  const make = () => makeSettings({ REDIS_URL: "" });
  expect(make).toThrow("configuration: REDIS_URL: is missing");
});

test("the URL is not shown", ({ open }) => {
  const database = open({ REDIS_URL: "redis://:hunter2@127.0.0.1:1/0" });
  expect(String(database.cache)).not.toContain("hunter2");
  expect(inspect(database, { depth: 0 })).not.toContain("hunter2");
});

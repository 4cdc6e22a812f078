/** Redis away: at the start, in the middle, and back again. */

import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { BASE_PATH } from "../../src/project.ts";
import { Desk, person } from "../core/machinery/desk.ts";
import { folders } from "../core/machinery/resources.ts";
import { routerFor } from "../core/machinery/service.ts";
import { clientAt, objectIn, rowIn } from "../http.ts";
import { cacheOf } from "../keys.ts";
import { loggedText } from "../logs.ts";
import { outcomes, test as plain } from "./fixtures.ts";
import { Wire } from "./wire.ts";

const NOBODY = "redis://:hunter2@127.0.0.1:1/0";
const PATIENCE_MS = 250;

const test = plain
  // biome-ignore lint/correctness/noEmptyPattern: what a fixture asks for is read from its pattern
  .extend("wire", async ({}, { onCleanup }) => {
    const wire = new Wire();
    await wire.start();
    onCleanup(() => wire.cut());
    return wire;
  })
  /** The user, served by a process that reaches Redis by this way. */
  .extend("wired", ({ wire, user, open }) => new Desk(open({ REDIS_URL: wire.url }), user.caller));

test("the service starts and works without Redis", async ({ world: _, start }) => {
  const settings = { REDIS_URL: NOBODY, RATE_LIMIT_PER_MINUTE: "9" };
  const { app, url } = await start(settings, [routerFor(person("admin"))]);
  const { database } = app.runtime;
  const http = clientAt(`${url}${BASE_PATH}`);
  const row = rowIn(await http.post("/folders", { name: "a" }), 201);
  expect((await http.patch(`/folders/${row.id}`, { name: "b" })).status).toBe(200);
  expect((await http.get(`/folders/${row.id}`)).text).toContain('"name":"b"');
  const list = await http.get("/folders");
  expect(list.text).toContain('"name":"b"');
  // Each process counts by itself.
  expect(list.header("RateLimit-Remaining")).toBe("5");
  expect(await database.cache.check()).toEqual({ cache: "down" });
  expect(Object.keys(await outcomes(database))).toEqual(["bypass"]);
  expect(loggedText().split("redis is away")).toHaveLength(2);
  expect(loggedText()).not.toContain("hunter2");
});

test("probes tell of the cache and stay 200", async ({ root, start }) => {
  const up = objectIn(await root.get("/readyz"));
  expect(up).toEqual({ status: "ok", checks: { database: "up", cache: "up" } });
  const { client } = await start({ REDIS_URL: NOBODY });
  const down = objectIn(await client.get("/readyz"));
  expect(down).toEqual({ status: "ok", checks: { database: "up", cache: "down" } });
});

test("a write while Redis is away is seen when it is back", async ({ user, wired, wire }) => {
  const { redis } = cacheOf(wired.database);
  redis.pauseMs = 50;
  const made = await wired.create(folders, { name: "a" });
  for (const desk of [user, wired, user, wired]) {
    await desk.read(folders, made.id);
  }
  expect((await outcomes(wired.database))["hit"]).toBe(1);
  await wire.cut();
  await wired.change(folders, made.id, { name: "b" });
  expect((await wired.read(folders, made.id))["name"]).toBe("b");
  await wire.start();
  await sleep(60);
  expect((await wired.read(folders, made.id))["name"]).toBe("b");
  expect(await wired.database.cache.check()).toEqual({ cache: "up" });
  // Now the other process knows, too.
  expect((await user.read(folders, made.id))["name"]).toBe("b");
  expect(loggedText()).toContain("redis is back");
});

test("a silent Redis costs one request its patience", async ({ wired, wire }) => {
  const made = await wired.create(folders, { name: "a" });
  await wired.read(folders, made.id);
  wire.hush();
  const started = performance.now();
  await wired.read(folders, made.id);
  const first = performance.now() - started;
  expect(first).toBeGreaterThanOrEqual(PATIENCE_MS - 1);
  const next = performance.now();
  for (let time = 0; time < 5; time++) {
    expect(await wired.read(folders, made.id)).toEqual(made);
  }
  expect(performance.now() - next).toBeLessThan(first + PATIENCE_MS);
  expect((await outcomes(wired.database))["bypass"]).toBe(6);
});

test("a connection that the server has closed is opened again at once", async ({ wired, wire }) => {
  const made = await wired.create(folders, { name: "a" });
  await wired.read(folders, made.id);
  await wire.cut();
  await wire.start();
  expect(await wired.read(folders, made.id)).toEqual(made);
  expect(await outcomes(wired.database)).toEqual({ miss: 1, hit: 1 });
  expect(loggedText()).not.toContain("redis is away");
});

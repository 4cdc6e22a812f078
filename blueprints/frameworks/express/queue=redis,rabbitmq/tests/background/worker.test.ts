/** The worker as a process: probes, metrics, and its end. What it does is tested without it. */

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, vi } from "vitest";
import { createWorker } from "../../src/background/worker-app.ts";
import { SettingsError } from "../../src/core/config.ts";
import { HANDLERS } from "../../src/handlers/registry.ts";
import { NAME } from "../../src/project.ts";
import { test } from "../fixtures.ts";
import { clientAt } from "../http.ts";
import { samplesOf } from "../observability/samples.ts";
import { freePort, started, statusOf } from "../process.ts";
import { makeSettings } from "../service.ts";
import { Backend } from "./backend.ts";

const UNREACHABLE = { "redis:": "redis://127.0.0.1:1", "amqp:": "amqp://127.0.0.1:1" };

test("a worker tells how it is, and ends when it is asked to", {
  timeout: 60_000,
}, async ({ database }) => {
  const port = String(await freePort());
  const worker = started("worker.ts", { APP_ENV: "test", WORKER_PORT: port });
  const url = `http://127.0.0.1:${port}`;
  try {
    await vi.waitFor(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200), {
      timeout: 30_000,
      interval: 100,
    });
    expect(await (await fetch(`${url}/readyz`)).json()).toEqual({
      status: "ok",
      checks: expect.objectContaining({ database: "up", broker: "up" }),
    });
    const samples = await samplesOf(clientAt(url));
    expect(samples.get('jobs_total{job="clean_up",outcome="failed"}')).toBe(0);
    expect(samples.get('queue_depth{queue="high"}')).toBe(0);
    expect(samples.get("outbox_pending")).toBe(0);
    expect((await fetch(`${url}/docs`)).status).toBe(404);
  } finally {
    worker.process.kill("SIGTERM");
  }
  expect(await statusOf(worker)).toBe(0);
  expect(worker.out()).toContain('"message":"stopped"');
  await new Backend(database, HANDLERS, NAME).remove();
});

test("a worker without its broker lives, and is not ready", async ({ database: _ }) => {
  const { protocol } = new URL(makeSettings().BROKER_URL);
  const away = UNREACHABLE[protocol as keyof typeof UNREACHABLE] ?? "";
  const { express, runtime } = createWorker(makeSettings({ BROKER_URL: away }));
  const stop = runtime.work.start();
  const server = createServer(express).listen(0, "127.0.0.1");
  await sleep(50);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const [alive, ready] = [await fetch(`${url}/healthz`), await fetch(`${url}/readyz`)];
  expect([alive.status, ready.status]).toEqual([200, 503]);
  expect(await ready.json()).toMatchObject({
    status: "unavailable",
    checks: { database: "up", broker: "down" },
  });
  expect((await samplesOf(clientAt(url))).has("outbox_pending")).toBe(true);
  server.close();
  await stop();
  await runtime.database.close();
});

test.for(["", "nonsense", "http://127.0.0.1", "redis://", "amqp:///"])(
  "%s leads to no broker",
  (url) => {
    expect(() => makeSettings({ BROKER_URL: url })).toThrow(SettingsError);
    expect(() => makeSettings({ BROKER_URL: url })).toThrow("BROKER_URL");
  },
);

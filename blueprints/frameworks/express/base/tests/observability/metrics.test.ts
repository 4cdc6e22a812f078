/** `/metrics`: who may read it, and what it counts. */

import { expect } from "vitest";
import { createApp } from "../../src/app.ts";
import { snakeCase } from "../../src/core/naming.ts";
import { test } from "../fixtures.ts";
import { errorIn } from "../http.ts";
import { METRICS_TOKEN, makeSettings } from "../service.ts";
import { BEARER, samplesOf } from "./samples.ts";

test("requests count by method, template and status", async ({ start }) => {
  const { client } = await start();
  await client.get("/healthz");
  await client.get("/healthz");
  await client.request("HEAD", "/healthz");
  await client.get("/nope");
  await client.request("PROPFIND", "/healthz");
  await client.request("MKCOL", "/healthz");
  const counted = async (): Promise<Record<string, number>> => {
    const all = [...(await samplesOf(client))];
    const ours = all.filter(([name]) => /^http_requests_total\{(?!.*\/metrics)/.test(name));
    return Object.fromEntries(ours);
  };
  await expect.poll(counted).toEqual({
    'http_requests_total{method="GET",route="/healthz",status="200"}': 2,
    'http_requests_total{method="HEAD",route="/healthz",status="200"}': 1,
    'http_requests_total{method="GET",route="none",status="404"}': 1,
    'http_requests_total{method="other",route="none",status="405"}': 2,
  });
  const found = await samplesOf(client);
  const labels = 'method="GET",route="/healthz"';
  expect(found.get(`http_request_duration_seconds_count{${labels}}`)).toBe(2);
  expect(found.get(`http_request_duration_seconds_bucket{le="10",${labels}}`)).toBe(2);
  const sum = found.get(`http_request_duration_seconds_sum{${labels}}`);
  expect(sum).toBeGreaterThan(0);
  expect(sum).toBeLessThan(10);
});

test("each application counts for itself", async ({ start }) => {
  const [one, other] = [await start(), await start()];
  const name = 'http_requests_total{method="GET",route="/healthz",status="200"}';
  await one.client.get("/healthz");
  await expect.poll(async () => (await samplesOf(one.client)).get(name)).toBe(1);
  expect((await samplesOf(other.client)).has(name)).toBe(false);
});

test("the pool tells what is in use", async ({ start }) => {
  const { app, client } = await start({ DATABASE_POOL_SIZE: "7" });
  const { db } = app.runtime.database;
  const inUse = "database_pool_connections_in_use";
  expect((await samplesOf(client)).get("database_pool_connections_max")).toBe(7);
  await db.connection().execute(async () => {
    expect((await samplesOf(client)).get(inUse)).toBe(1);
  });
  expect((await samplesOf(client)).get(inUse)).toBe(0);
});

test("the process tells of itself, and every metric what it is", async ({ start }) => {
  const { client } = await start();
  const { text } = await client.get("/metrics", BEARER);
  const names = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name]) => name ?? "");
  expect(names).toContain("process_cpu_seconds_total");
  expect(new Set(names).size).toBe(names.length);
  const described = [...text.matchAll(/^# HELP (\S+) \S/gm)].map(([, name]) => name ?? "");
  expect(described.sort()).toEqual(names.sort());
  const counters = [...text.matchAll(/^# TYPE (\S+) counter$/gm)].map(([, name]) => name ?? "");
  const odd = names.filter((name) => name.endsWith("_total") !== counters.includes(name));
  expect(odd).toEqual([]);
});

test.for([
  ["Order", "order"],
  ["OrderItem", "order_item"],
  ["HTTPLog", "http_log"],
] as const)("%s is counted as %s", ([name, snake]) => {
  expect(snakeCase(name)).toBe(snake);
});

const BAD = 'Bearer error="invalid_token"';

test.for([
  [undefined, "Bearer"],
  ["Bearer wrong", BAD],
  [`Basic ${METRICS_TOKEN}`, BAD],
  [METRICS_TOKEN, BAD],
  [`Bearer ${METRICS_TOKEN}é`, BAD],
  [`Bearer ${METRICS_TOKEN.slice(0, -1)}`, BAD],
] as const)("%s is no token", async ([given, challenge], { root }) => {
  const answer = await root.get("/metrics", given === undefined ? {} : { Authorization: given });
  expect(errorIn(answer, 401).code).toBe("UNAUTHORIZED");
  expect(answer.header("WWW-Authenticate")).toBe(challenge);
  expect(answer.text).not.toContain("http_requests");
});

test("without a token everybody reads", async ({ start }) => {
  const { client } = await start({ METRICS_TOKEN: "" });
  expect((await client.get("/metrics")).status).toBe(200);
});

test("there is no limit for Prometheus", async ({ start }) => {
  const { client } = await start({ RATE_LIMIT_PER_MINUTE: "1" });
  for (let request = 0; request < 3; request++) {
    const answer = await client.get("/metrics", BEARER);
    expect([answer.status, answer.header("RateLimit-Limit")]).toEqual([200, null]);
  }
});

test.for(["", "short"])("production refuses to start with the token %j", (token) => {
  const make = () => createApp(makeSettings({ APP_ENV: "production", METRICS_TOKEN: token }));
  expect(make).toThrow("METRICS_TOKEN");
});

/** Limits that each process counts by itself, in minutes of its own clock. */

import { afterEach, expect, vi } from "vitest";
import { test } from "../fixtures.ts";

afterEach(() => {
  vi.useRealTimers();
});

test("a count ends with its minute", async ({ start }) => {
  vi.setSystemTime("2026-01-31T09:30:00Z");
  const { client } = await start({ RATE_LIMIT_PER_MINUTE: "1" });
  const moments: [time: string, status: number, reset: string][] = [
    ["2026-01-31T09:30:15.000Z", 200, "45"],
    ["2026-01-31T09:30:15.001Z", 429, "45"],
    ["2026-01-31T09:30:59.999Z", 429, "1"],
    ["2026-01-31T09:31:00.000Z", 200, "60"],
    ["2026-01-31T09:31:00.001Z", 429, "60"],
  ];
  for (const [time, status, reset] of moments) {
    vi.setSystemTime(time);
    const answer = await client.get("/openapi.json");
    expect([answer.status, answer.header("RateLimit-Reset")], time).toEqual([status, reset]);
    expect(answer.header("Retry-After"), time).toBe(status === 429 ? reset : null);
  }
});

test("each service counts for itself", async ({ start }) => {
  vi.setSystemTime("2026-01-31T09:30:00Z");
  for (let service = 0; service < 2; service++) {
    const { client } = await start({ RATE_LIMIT_PER_MINUTE: "1" });
    expect((await client.get("/openapi.json")).status).toBe(200);
    expect((await client.get("/openapi.json")).status).toBe(429);
  }
});

/** What every request meets, whatever its path. */

import { request as rawRequest } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, vi } from "vitest";
import { jsonName } from "../../src/core/naming.ts";
import { strictRouter } from "../../src/core/routing.ts";
import { BASE_PATH } from "../../src/project.ts";
import { UNREACHABLE_URL } from "../engine.ts";
import { test } from "../fixtures.ts";
import { type Answer, errorIn, objectIn } from "../http.ts";
import { logged, loggedText } from "../logs.ts";

const REQUEST_ID = jsonName("request_id");
const SECURITY_HEADERS = {
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
};

/** The error code, having checked the rest of the envelope. */
function codeOf(answer: Answer, status: number): string {
  expect(answer.header("Content-Type")).toMatch(/^application\/json(; charset=utf-8)?$/);
  expect(Object.keys(objectIn(answer, status))).toEqual(["error"]);
  const error = errorIn(answer, status);
  expect(new Set(Object.keys(error))).toEqual(new Set(["code", "message", "details", REQUEST_ID]));
  expect(error).toHaveProperty(REQUEST_ID, answer.header("X-Request-Id"));
  return error.code;
}

test.for(["/", "/nope", "/healthz/", "/healthz%0A", BASE_PATH, "/HEALTHZ", "/%ff", "//healthz"])(
  "%s is 404 and never redirected",
  async (path, { root }) => {
    expect(codeOf(await root.get(path), 404)).toBe("NOT_FOUND");
  },
);

test.for(["POST", "PUT", "PATCH", "DELETE", "PROPFIND"])(
  "%s is 405 with the methods that are possible",
  async (method, { root }) => {
    const answer = await root.request(method, "/healthz");
    expect(codeOf(answer, 405)).toBe("METHOD_NOT_ALLOWED");
    expect(answer.header("Allow")).toBe("GET, HEAD, OPTIONS");
  },
);

test("TRACE is 405 too", async ({ service }) => {
  const status = await new Promise((resolve, reject) => {
    const request = rawRequest(`${service.url}/healthz`, { method: "TRACE" }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on("error", reject).end();
  });
  expect(status).toBe(405);
});

test("OPTIONS and HEAD", async ({ root }) => {
  const options = await root.request("OPTIONS", "/healthz");
  expect([options.status, options.text]).toEqual([204, ""]);
  expect(options.header("Allow")).toBe("GET, HEAD, OPTIONS");
  const [head, get] = [await root.request("HEAD", "/healthz"), await root.get("/healthz")];
  expect([head.status, head.text]).toEqual([200, ""]);
  expect(head.header("Content-Length")).toBe(get.header("Content-Length"));
});

test.for(["/healthz", "/nope", "/openapi.json"])(
  "%s has security headers",
  async (path, { root }) => {
    const answer = await root.get(path);
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
      expect(answer.header(name)).toBe(value);
    }
    for (const name of ["Server", "X-Powered-By", "Strict-Transport-Security"]) {
      expect(answer.header(name)).toBeNull();
    }
  },
);

test("strict transport security is for https alone", async ({ start }) => {
  const { client } = await start({ TRUSTED_PROXIES: "127.0.0.1" });
  const secure = await client.get("/healthz", { "X-Forwarded-Proto": "https" });
  expect(secure.header("Strict-Transport-Security")).toMatch(/^max-age=/);
  const plain = await client.get("/healthz", { "X-Forwarded-Proto": "http" });
  expect(plain.header("Strict-Transport-Security")).toBeNull();
});

test.for([
  ["abc.DEF_1-2", true],
  ["x".repeat(128), true],
  ["x".repeat(129), false],
  ["a b", false],
  ["é", false],
] as const)("request id %s", async ([given, kept], { root }) => {
  const answer = await root.get("/nope", { "X-Request-Id": given });
  expect(answer.header("X-Request-Id") === given).toBe(kept);
  expect(codeOf(answer, 404)).toBe("NOT_FOUND");
});

test("an unforeseen error tells nothing", async ({ start }) => {
  const broken = strictRouter();
  broken.get("/broken", () => {
    throw new RangeError("SELECT secret FROM /etc/passwd");
  });
  const { client } = await start({}, [broken]);
  const answer = await client.get(`${BASE_PATH}/broken`, { "X-Request-Id": "find-me" });
  expect(codeOf(answer, 500)).toBe("INTERNAL_ERROR");
  expect(answer.header("X-Content-Type-Options")).toBe("nosniff");
  for (const word of ["SELECT", "passwd", "RangeError", "front-door"]) {
    expect(answer.text).not.toContain(word);
  }
  const traces = logged().filter((line) => JSON.stringify(line).includes("RangeError"));
  expect(traces).toHaveLength(1);
  expect(traces[0]).toMatchObject({ level: "error", requestId: "find-me" });
});

test("a promise that fails is an unforeseen error too", async ({ start }) => {
  const broken = strictRouter();
  broken.get("/broken", () => Promise.reject(new RangeError("later")));
  const { client } = await start({}, [broken]);
  expect(codeOf(await client.get(`${BASE_PATH}/broken`), 500)).toBe("INTERNAL_ERROR");
});

test("an answer that breaks off says so", async ({ start }) => {
  const broken = strictRouter();
  broken.get("/broken", (_request, response) => {
    response.status(200).write("begun");
    throw new RangeError("half-way");
  });
  const { client } = await start({}, [broken]);
  await expect(client.get(`${BASE_PATH}/broken`)).rejects.toThrow();
  expect(loggedText()).toContain("half-way");
});

test("one log line per request", async ({ root }) => {
  const trace = "0af7651916cd43dd8448eb211c80319c";
  await root.get("/healthz", {
    "X-Request-Id": "one",
    Authorization: "Bearer hunter2",
    traceparent: `00-${trace}-b7ad6b7169203331-01`,
  });
  const lines = await vi.waitFor(() => {
    const found = logged("request").filter((line) => line["requestId"] === "one");
    expect(found).not.toEqual([]);
    return found;
  });
  expect(lines).toEqual([
    {
      level: "info",
      message: "request",
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      requestId: "one",
      method: "GET",
      route: "/healthz",
      status: 200,
      durationMs: expect.any(Number),
      userId: null,
      traceId: trace,
    },
  ]);
  expect(loggedText()).not.toContain("hunter2");
});

test.for([
  ["00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", true],
  [`00-${"0".repeat(32)}-b7ad6b7169203331-01`, false],
  [`00-0af7651916cd43dd8448eb211c80319c-${"0".repeat(16)}-01`, false],
  ["ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", false],
  ["0af7651916cd43dd8448eb211c80319c", false],
] as const)("traceparent %s", async ([given, right], { root }) => {
  await root.get("/nope", { traceparent: given });
  await vi.waitFor(() => {
    const [line] = logged("request");
    expect(line).toBeDefined();
    expect(line && "traceId" in line).toBe(right);
  });
});

test("the log has routes and no ids", async ({ start }) => {
  const things = strictRouter();
  things.get("/things/:name", (_request, response) => {
    response.end();
  });
  const { client } = await start({}, [things]);
  await client.get(`${BASE_PATH}/things/olga?secret=olga`);
  await client.get("/nothing/olga");
  await vi.waitFor(() => {
    const routes = logged("request").map((line) => line["route"]);
    expect(routes).toEqual([`${BASE_PATH}/things/{name}`, "none"]);
  });
  expect(loggedText()).not.toContain("olga");
});

test("gzip above one kibibyte", async ({ root }) => {
  const large = await root.get("/openapi.json", { "Accept-Encoding": "gzip" });
  expect(large.header("Content-Encoding")).toBe("gzip");
  expect(large.header("Vary")).toBe("Accept-Encoding");
  const small = await root.get("/healthz", { "Accept-Encoding": "gzip" });
  expect(small.header("Content-Encoding")).toBeNull();
  const refused = await root.get("/openapi.json", { "Accept-Encoding": "identity, gzip;q=0" });
  expect(refused.header("Content-Encoding")).toBeNull();
});

test("the explorer loads nothing from elsewhere", async ({ root }) => {
  const page = await root.get("/docs");
  expect(page.status).toBe(200);
  expect(page.text).not.toContain("://");
  expect(page.header("Content-Security-Policy")).toContain("script-src 'self';");
  const parts = [...page.text.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path ?? "");
  expect(parts).toHaveLength(3);
  for (const path of parts) {
    expect((await root.get(path)).status, path).toBe(200);
  }
});

test("there is no explorer in production", async ({ start }) => {
  const { client } = await start({ APP_ENV: "production" });
  expect((await client.get("/docs")).status).toBe(404);
  expect((await client.get("/healthz")).status).toBe(200);
});

test("readyz follows the database", async ({ start }) => {
  const { client } = await start({ DATABASE_URL: UNREACHABLE_URL });
  const ready = await client.get("/readyz");
  expect(objectIn(ready, 503)).toMatchObject({
    status: "unavailable",
    checks: { database: "down" },
  });
  expect((await client.get("/healthz")).status).toBe(200);
});

test("readyz with a database", async ({ root }) => {
  const ready = objectIn(await root.get("/readyz"));
  expect(ready).toMatchObject({ status: "ok", checks: { database: "up" } });
});

test("CORS is for listed origins", async ({ start }) => {
  const { client } = await start({ CORS_ORIGINS: "https://shop.example" });
  for (const origin of ["https://shop.example", "https://evil.example"]) {
    const headers = { Origin: origin, "Access-Control-Request-Method": "GET" };
    const preflight = await client.request("OPTIONS", "/healthz", { headers });
    expect([200, 204]).toContain(preflight.status);
    const plain = await client.get("/healthz", { Origin: origin });
    for (const answer of [preflight, plain]) {
      const allowed = origin === "https://shop.example" ? origin : null;
      expect(answer.header("Access-Control-Allow-Origin")).toBe(allowed);
      expect(answer.header("Access-Control-Allow-Credentials")).toBeNull();
      expect(answer.header("X-Content-Type-Options")).toBe("nosniff");
      expect(answer.header("Vary")).toContain("Origin");
    }
  }
});

test("a preflight for a strange method is an ordinary OPTIONS", async ({ start }) => {
  const { client } = await start({ CORS_ORIGINS: "https://shop.example" });
  const headers = { Origin: "https://shop.example", "Access-Control-Request-Method": "TRACE" };
  const answer = await client.request("OPTIONS", "/healthz", { headers });
  expect([answer.status, answer.header("Allow")]).toEqual([204, "GET, HEAD, OPTIONS"]);
  expect(answer.header("Access-Control-Allow-Origin")).toBeNull();
});

test("there is no CORS by default", async ({ root }) => {
  const answer = await root.get("/healthz", { Origin: "https://shop.example" });
  expect(answer.header("Access-Control-Allow-Origin")).toBeNull();
});

/** Wait until a minute has room for a test. */
async function wholeMinute(): Promise<void> {
  const left = 60_000 - (Date.now() % 60_000);
  if (left < 3000) {
    await sleep(left);
  }
}

test("requests are limited by address", async ({ start }) => {
  const { client } = await start({ RATE_LIMIT_PER_MINUTE: "2" });
  await wholeMinute();
  const first = await client.get("/openapi.json");
  expect(first.header("RateLimit-Limit")).toBe("2");
  expect(first.header("RateLimit-Remaining")).toBe("1");
  // A forged header does not make another caller of the same address.
  await client.get("/openapi.json", { "X-Forwarded-For": "1.2.3.4" });
  const third = await client.get("/openapi.json", { "X-Forwarded-For": "1.2.3.5" });
  expect(codeOf(third, 429)).toBe("RATE_LIMITED");
  expect(third.header("RateLimit-Remaining")).toBe("0");
  for (const [answer, name] of [
    [first, "RateLimit-Reset"],
    [third, "Retry-After"],
  ] as const) {
    const seconds = Number(answer.header(name));
    expect(seconds, name).toBeGreaterThan(0);
    expect(seconds, name).toBeLessThanOrEqual(60);
  }
  expect((await client.get("/healthz")).status).toBe(200);
  expect((await client.get("/nope")).status).toBe(404);
});

test("a trusted proxy tells the address", async ({ start }) => {
  const { client } = await start({ RATE_LIMIT_PER_MINUTE: "1", TRUSTED_PROXIES: "127.0.0.0/8" });
  await wholeMinute();
  const chains = ["9.9.9.9", "9.9.9.8", "1.1.1.1, 9.9.9.9", "2.2.2.2, 9.9.9.9, 127.0.0.7"];
  const statuses: number[] = [];
  for (const chain of chains) {
    const answer = await client.get("/openapi.json", { "X-Forwarded-For": chain });
    statuses.push(answer.status);
  }
  expect(statuses).toEqual([200, 200, 429, 429]);
});

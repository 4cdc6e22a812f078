/** Settings: what stops the start, and what .env.example tells; starting and stopping. */

import { once } from "node:events";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { expect, inject, test, vi } from "vitest";
import { z } from "zod";
import { coreVariables, loadSettings, readSettings, SettingsError } from "../../src/core/config.ts";
import { DEFAULT_DATABASE_URL } from "../../src/project.ts";
import { settingsSchema } from "../../src/settings.ts";
import { TEST_SETTINGS } from "../environment.ts";
import { running, type Started, started, statusOf } from "../process.ts";
import { METRICS_TOKEN } from "../service.ts";

const ROOT = join(import.meta.dirname, "../..");

/** Lines on standard error, but for what Node.js itself has to say. */
function told({ faults }: Started): string[] {
  return faults()
    .split("\n")
    .filter((line) => line !== "" && !/^\(node:\d+\)|^\(Use `node/.test(line));
}

test.for([
  ["PORT", "http"],
  ["PORT", "65536"],
  ["APP_ENV", "staging"],
  ["LOG_LEVEL", "loud"],
  ["DATABASE_URL", "oracle://x"],
  ["DATABASE_URL", "not a url"],
  ["DATABASE_URL", `${DEFAULT_DATABASE_URL}?sslmode=sometimes`],
  ["DATABASE_POOL_SIZE", "0"],
  ["TRUSTED_PROXIES", "10.0.0.0/24,somewhere"],
  ["TRUSTED_PROXIES", "10.0.0.0/33"],
  ["CORS_ORIGINS", "*"],
  ["CORS_ORIGINS", "https://shop.example/path"],
  ["RATE_LIMIT_PER_MINUTE", "-1"],
  ["SLOW_QUERY_MS", "9".repeat(20)],
] as const)("%s = %s is refused", ([name, value]) => {
  const variables = { ...TEST_SETTINGS, METRICS_TOKEN, [name]: value };
  expect(() => readSettings(settingsSchema, variables)).toThrow(SettingsError);
  expect(() => readSettings(settingsSchema, variables)).toThrow(new RegExp(`${name}: [^\\n]*$`));
});

test("a malformed setting stops the start", { timeout: 60_000 }, async () => {
  const began = performance.now();
  const service = started("main.ts", { PORT: "http", DATABASE_URL: "nothing" });
  expect(await statusOf(service)).toBe(1);
  expect(performance.now() - began).toBeLessThan(30_000);
  const names = told(service).map((line) => line.split(": ")[1]);
  expect(names).toEqual(["PORT", "DATABASE_URL"]);
});

test("a file tells what the environment does not", () => {
  const folder = mkdtempSync(join(inject("folder"), "settings-"));
  writeFileSync(join(folder, ".env"), "HOST=10.9.8.7\nLOG_LEVEL=warning\n");
  const before = process.cwd();
  vi.stubEnv("HOST", undefined);
  vi.stubEnv("LOG_LEVEL", "error");
  process.chdir(folder);
  try {
    const { HOST, LOG_LEVEL } = loadSettings(z.object(coreVariables));
    expect([HOST, LOG_LEVEL]).toEqual(["10.9.8.7", "error"]);
  } finally {
    process.chdir(before);
    vi.unstubAllEnvs();
  }
});

test("without its settings a command ends with status 1", () => {
  const exit = vi.spyOn(process, "exit").mockImplementation((status) => {
    throw new RangeError(String(status));
  });
  const written = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  vi.stubEnv("PORT", "http");
  try {
    expect(() => loadSettings(z.object(coreVariables))).toThrow(new RangeError("1"));
    expect(written.mock.lastCall?.[0]).toMatch(/^configuration: PORT: /m);
  } finally {
    vi.unstubAllEnvs();
    written.mockRestore();
    exit.mockRestore();
  }
  const faulty = z.string().transform(() => {
    throw new EvalError("a mistake of the schema");
  });
  expect(() => loadSettings(z.object({ PATH: faulty }))).toThrow(EvalError);
});

test("an empty variable is as good as none", () => {
  const settings = readSettings(settingsSchema, { ...TEST_SETTINGS, PORT: "", LOG_LEVEL: "" });
  expect([settings.PORT, settings.LOG_LEVEL]).toEqual([8000, "info"]);
});

test("the example environment lists every setting", () => {
  const text = readFileSync(join(ROOT, ".env.example"), "utf8");
  const listed = [...text.matchAll(/^#?([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name ?? "");
  // What begins so is for the tests.
  const settings = listed.filter((name) => !name.startsWith("TEST_"));
  expect(settings.sort()).toEqual(Object.keys(settingsSchema.shape).sort());
});

test("lists are separated by commas", () => {
  const networks = coreVariables.TRUSTED_PROXIES.parse("10.0.0.0/24, ::1");
  const known = ["10.0.0.7", "10.0.1.7"].map((address) => networks.check(address));
  expect(known).toEqual([true, false]);
  expect([networks.check("::1", "ipv6"), networks.check("::2", "ipv6")]).toEqual([true, false]);
  const origins = coreVariables.CORS_ORIGINS.parse("https://a.b,http://c:1");
  expect(origins).toEqual(["https://a.b", "http://c:1"]);
});

test("SIGTERM lets a request finish, and ends the service with status 0", {
  timeout: 60_000,
}, async () => {
  const service = await running();
  const { port } = new URL(service.url);
  const ready = await fetch(`${service.url}/readyz`);
  expect([ready.status, ready.headers.get("Server")]).toEqual([200, null]);
  // A request whose end is still to come.
  const socket = connect(Number(port), "127.0.0.1").setEncoding("utf8");
  let answer = "";
  socket.on("data", (text: string) => {
    answer += text;
  });
  socket.write("GET /healthz HTTP/1.1\r\nHost: localhost\r\n");
  await vi.waitFor(() => expect(socket.bytesWritten).toBeGreaterThan(0));
  // It must have arrived: the answer to another request on its heels tells.
  await fetch(`${service.url}/healthz`);
  service.process.kill("SIGTERM");
  await vi.waitFor(() => expect(fetch(`${service.url}/healthz`)).rejects.toThrow("fetch failed"), {
    timeout: 10_000,
  });
  socket.end("Connection: close\r\n\r\n");
  expect(await statusOf(service)).toBe(0);
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  expect(service.out()).toContain('"message":"stopped"');
});

test("a port that is taken stops the start", { timeout: 60_000 }, async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = taken.address() as AddressInfo;
  const service = started("main.ts", { PORT: String(port) });
  expect(await statusOf(service)).toBe(1);
  expect(service.out()).toContain("cannot listen");
  taken.close();
});

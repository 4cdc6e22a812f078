/** Settings: what stops the start, and what .env.example tells; starting and stopping. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { expect, inject, test, vi } from "vitest";
import { coreVariables, readSettings, SettingsError } from "../../src/core/config.ts";
import { DEFAULT_DATABASE_URL } from "../../src/project.ts";
import { settingsSchema } from "../../src/settings.ts";
import { TEST_SETTINGS } from "../environment.ts";
import { METRICS_TOKEN, type Variables } from "../service.ts";

const ROOT = join(import.meta.dirname, "../..");

interface Started {
  readonly process: ChildProcess;
  readonly out: () => string;
  readonly faults: () => string;
}

/** Start the service as `make run` does, in a folder without .env. */
function start(variables: Variables): Started {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(process.execPath, [join(ROOT, "src/main.ts")], {
    cwd: mkdtempSync(join(inject("folder"), "start-")),
    env: { PATH, HOME, ...TEST_SETTINGS, METRICS_TOKEN, ...variables },
  });
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      texts[name] += text;
    });
  }
  return { process: child, out: () => texts.stdout, faults: () => texts.stderr };
}

/** The status that a process ends with. */
async function statusOf({ process: child }: Started): Promise<number | null> {
  if (child.exitCode === null) {
    await once(child, "close");
  }
  return child.exitCode;
}

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
  const service = start({ PORT: "http", DATABASE_URL: "nothing" });
  expect(await statusOf(service)).toBe(1);
  expect(performance.now() - began).toBeLessThan(30_000);
  const names = told(service).map((line) => line.split(": ")[1]);
  expect(names).toEqual(["PORT", "DATABASE_URL"]);
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

/** The service on a free port, once it listens. */
async function running(variables: Variables = {}): Promise<{ service: Started; port: number }> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  const service = start({
    PORT: String(port),
    DATABASE_URL: inject("databaseUrl"),
    APP_ENV: "test",
    ...variables,
  });
  await vi.waitFor(() => fetch(`http://127.0.0.1:${port}/healthz`), {
    timeout: 30_000,
    interval: 50,
  });
  return { service, port };
}

test("SIGTERM lets a request finish, and ends the service with status 0", {
  timeout: 60_000,
}, async () => {
  const { service, port } = await running();
  const ready = await fetch(`http://127.0.0.1:${port}/readyz`);
  expect([ready.status, ready.headers.get("Server")]).toEqual([200, null]);
  // A request whose end is still to come.
  const socket = connect(port, "127.0.0.1").setEncoding("utf8");
  let answer = "";
  socket.on("data", (text: string) => {
    answer += text;
  });
  socket.write("GET /healthz HTTP/1.1\r\nHost: localhost\r\n");
  await vi.waitFor(() => expect(socket.bytesWritten).toBeGreaterThan(0));
  // It must have arrived: the answer to another request on its heels tells.
  await fetch(`http://127.0.0.1:${port}/healthz`);
  service.process.kill("SIGTERM");
  await vi.waitFor(
    () => expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow("fetch failed"),
    { timeout: 10_000 },
  );
  socket.end("Connection: close\r\n\r\n");
  expect(await statusOf(service)).toBe(0);
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  expect(service.out()).toContain('"message":"stopped"');
});

test("a port that is taken stops the start", { timeout: 60_000 }, async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = taken.address() as AddressInfo;
  const service = start({ PORT: String(port), DATABASE_URL: inject("databaseUrl") });
  expect(await statusOf(service)).toBe(1);
  expect(service.out()).toContain("cannot listen");
  taken.close();
});

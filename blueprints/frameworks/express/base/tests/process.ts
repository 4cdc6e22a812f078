/** The service and its commands as processes of their own, as people start them. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { inject, vi } from "vitest";
import { TEST_SETTINGS } from "./environment.ts";
import { METRICS_TOKEN, type Variables } from "./service.ts";

const SOURCE = join(import.meta.dirname, "../src");

/** A process, and what it has written so far. */
export interface Started {
  readonly process: ChildProcess;
  readonly out: () => string;
  readonly faults: () => string;
}

/** Run a file of the sources in a folder without .env. */
export function started(file: string, variables: Variables = {}): Started {
  const { PATH = "", HOME = "" } = process.env;
  const own = { ...TEST_SETTINGS, METRICS_TOKEN, DATABASE_URL: inject("databaseUrl") };
  const child = spawn(process.execPath, [join(SOURCE, file)], {
    cwd: mkdtempSync(join(inject("folder"), "process-")),
    env: { PATH, HOME, ...own, ...variables },
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
export async function statusOf({ process: child }: Started): Promise<number | null> {
  if (child.exitCode === null) {
    await once(child, "close");
  }
  return child.exitCode;
}

/** The service, once it listens. */
export interface Running extends Started {
  readonly url: string;
}

/** A port that nobody listens at. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Start the service on a free port. */
export async function running(variables: Variables = {}): Promise<Running> {
  const port = await freePort();
  const service = started("main.ts", { APP_ENV: "test", ...variables, PORT: String(port) });
  const url = `http://127.0.0.1:${port}`;
  await vi.waitFor(() => fetch(`${url}/healthz`), { timeout: 30_000, interval: 50 });
  return { ...service, url };
}

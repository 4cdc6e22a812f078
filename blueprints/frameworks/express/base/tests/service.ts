/** The service under test: the real application, on a free port. */

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Router } from "express";
import { inject } from "vitest";
import { type App, createApp } from "../src/app.ts";
import { readSettings } from "../src/core/config.ts";
import { type Settings, settingsSchema } from "../src/settings.ts";
import { TEST_SETTINGS } from "./environment.ts";

/** Settings by the names of their variables; an empty one is as good as none. */
export type Variables = Readonly<Record<string, string>>;

export const METRICS_TOKEN = "only-for-tests-0123456789";

/** Settings for a test; limits are off unless the test says otherwise. */
export function makeSettings(variables: Variables = {}): Settings {
  return readSettings(settingsSchema, {
    APP_ENV: "test",
    DATABASE_URL: inject("databaseUrl"),
    RATE_LIMIT_PER_MINUTE: "0",
    METRICS_TOKEN,
    MAIL_TRANSPORT: `file:${inject("folder")}/mails`,
    ...TEST_SETTINGS,
    ...variables,
  });
}

/** A service that listens. */
export interface Service {
  readonly app: App;
  /** Where it listens; paths begin behind it. */
  readonly url: string;
  close(): Promise<void>;
}

/** Start a service; with routers, it offers those alone. */
export async function serve(
  variables: Variables = {},
  routers?: readonly Router[],
): Promise<Service> {
  const app = createApp(makeSettings(variables), routers);
  await app.runtime.observers.start();
  const server = createServer(app.express);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    app,
    url: `http://127.0.0.1:${port}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await app.runtime.database.close();
      await app.runtime.observers.close();
    },
  };
}

/** Serving in the foreground, in one process, until SIGTERM or SIGINT. */

import { createServer, type Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Express } from "express";
import { log } from "./logging.ts";
import { openClients } from "./others.ts";
import type { Runtime } from "./runtime.ts";

// Filters and searches that the contract allows are long once escaped.
const MAX_HEADER_BYTES = 256 * 1024;

/** What is served, and what is closed at the end. */
interface Served {
  readonly express: Express;
  readonly runtime: Runtime;
}

/** Listen at a port of `HOST` and do what runs beside the requests. */
export async function serve(app: Served, port: number): Promise<void> {
  process.on("uncaughtException", (error) => {
    log.fatal({ err: error }, "unforeseen error outside of a request");
    process.exit(1);
  });
  const { settings, observers, work } = app.runtime;
  await observers.start();
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, app.express);
  server.on("error", (error) => {
    log.fatal({ err: error }, "cannot listen");
    process.exit(1);
  });
  const closeClients = openClients(settings);
  const stopWork = work.start();
  server.listen(port, settings.HOST, () => {
    log.info({ host: settings.HOST, port }, "listening");
  });
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => void stop(server, app, stopWork, closeClients));
  }
}

/** Take nothing new, finish what runs, close the pools, and leave with status 0. */
async function stop(
  listening: Server,
  { runtime }: Served,
  stopWork: () => Promise<void>,
  closeClients: () => void,
): Promise<void> {
  const patience = runtime.settings.DRAIN_SECONDS * 1000;
  const closed = new Promise((resolve) => listening.close(resolve));
  listening.closeIdleConnections();
  const late = setTimeout(() => listening.closeAllConnections(), patience);
  // A job that is not done by then is run again, by whoever finds its lease ended.
  await Promise.all([closed, Promise.race([stopWork(), sleep(patience)])]);
  clearTimeout(late);
  closeClients();
  await runtime.database.close();
  await runtime.observers.close();
  log.info("stopped");
  process.exit(0);
}

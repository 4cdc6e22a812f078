/** Serve in the foreground, in one process, until SIGTERM or SIGINT. */

import { createServer, type Server } from "node:http";
import type { App } from "./app.ts";
import { loadSettings } from "./core/config.ts";
import { settingsSchema } from "./settings.ts";

const settings = loadSettings(settingsSchema);
// A faulty setting is to stop the start at once, and these take time to load.
const { createApp } = await import("./app.ts");
const { log } = await import("./core/logging.ts");
const { openClients } = await import("./core/others.ts");
const { startWork } = await import("./lifecycle.ts");

// Filters and searches that the contract allows are long once escaped.
const MAX_HEADER_BYTES = 256 * 1024;

process.on("uncaughtException", (error) => {
  log.fatal({ err: error }, "unforeseen error outside of a request");
  process.exit(1);
});

const app = createApp(settings);
await app.runtime.observers.start();
const closeClients = openClients(settings);
const stopWork = startWork(app.runtime);
const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, app.express);
server.listen(settings.PORT, settings.HOST, () => {
  log.info({ host: settings.HOST, port: settings.PORT }, "listening");
});
server.on("error", (error) => {
  log.fatal({ err: error }, "cannot listen");
  process.exit(1);
});
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => void stop(server, app));
}

/** Stop accepting, finish the requests in flight, close the pools, and leave with status 0. */
async function stop(listening: Server, { runtime }: App): Promise<void> {
  const closed = new Promise((resolve) => listening.close(resolve));
  listening.closeIdleConnections();
  const late = setTimeout(() => listening.closeAllConnections(), settings.DRAIN_SECONDS * 1000);
  await closed;
  clearTimeout(late);
  await stopWork();
  closeClients();
  await runtime.database.close();
  await runtime.observers.close();
  log.info("stopped");
  process.exit(0);
}

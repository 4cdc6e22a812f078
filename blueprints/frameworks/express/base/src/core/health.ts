/** Probes: is the process alive, and can it serve. */

import { sendJson } from "./answers.ts";
import { runtimeOf } from "./call.ts";
import { ApiError } from "./errors.ts";
import { strictRouter } from "./routing.ts";

export const healthRouter = strictRouter();

healthRouter.get("/healthz", (_request, response) => {
  sendJson(response, { status: "ok" });
});

healthRouter.get("/readyz", async (request, response) => {
  const { database, work } = runtimeOf(request);
  const others = { ...(await database.cache.check()), ...(await work.check()) };
  try {
    await database.ping();
  } catch (error) {
    if (!(error instanceof ApiError)) {
      throw error;
    }
    sendJson(response, { status: "unavailable", checks: { database: "down", ...others } }, 503);
    return;
  }
  // A worker without its broker does nothing; a service does without its cache.
  const able = others["broker"] !== "down";
  const checks = { database: "up", ...others };
  sendJson(response, { status: able ? "ok" : "unavailable", checks }, able ? 200 : 503);
});

/** What runs beside the requests. */

import { forgetOldKeys } from "./core/idempotency.ts";
import { log } from "./core/logging.ts";
import type { Runtime } from "./core/runtime.ts";

const PERIOD_MS = 3_600_000;

/** Tidy up now and then; the function that is returned ends it. */
export function startWork({ database, settings }: Runtime): () => Promise<void> {
  let tidying = Promise.resolve();
  const tidy = (): void => {
    tidying = forgetOldKeys(database, settings.IDEMPOTENCY_SECONDS).catch((error: unknown) => {
      // Such as a database that nobody has migrated yet.
      log.error({ err: error }, "cannot remove old idempotency keys");
    });
  };
  tidy();
  const timer = setInterval(tidy, PERIOD_MS);
  return async () => {
    clearInterval(timer);
    await tidying;
  };
}

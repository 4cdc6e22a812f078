/** Settings of events. */

import { positive } from "../core/config.ts";

export const eventVariables = {
  // How often a handler tries one event.
  EVENT_ATTEMPTS: positive.default(5),
  EVENT_RETRY_BASE_MS: positive.default(1000),
};

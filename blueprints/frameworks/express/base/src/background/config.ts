/** Settings of what runs beside the requests. */

import { positive } from "../core/config.ts";

export const jobVariables = {
  JOB_RETRY_BASE_MS: positive.default(1000),
};

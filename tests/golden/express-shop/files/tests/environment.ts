/** What the tests of this service need besides the common settings. */

import type { Variables } from "./service.ts";

export const TEST_SETTINGS: Variables = {
  JWT_SECRET: "only-for-tests-0123456789-long-enough-for-every-hmac-abcdefghijkl",
  AUTH_RATE_LIMIT_PER_MINUTE: "0",
};

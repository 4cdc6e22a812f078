/** Where the Redis server of the tests is. */

import { neededVariable } from "./variables.ts";

export const TEST_REDIS_URL = neededVariable("TEST_REDIS_URL", "a Redis server");

/** Where the broker of the tests is. */

import { neededVariable } from "./variables.ts";

export const TEST_BROKER_URL = neededVariable("TEST_BROKER_URL", "a Redis server");

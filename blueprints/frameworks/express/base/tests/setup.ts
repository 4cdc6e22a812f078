/** Before each test. */

import { beforeEach } from "vitest";
import { nextKeys } from "./keys.ts";
import { forgetLines } from "./logs.ts";

beforeEach(() => {
  forgetLines();
  nextKeys();
});

/** The job that removes what nobody needs any more. */

import { createBody } from "../core/bodies.ts";
import { forgetOldKeys } from "../core/idempotency.ts";
import type { Resources } from "../core/runtime.ts";
import { Job } from "./jobs.ts";

/** Removes something. */
export type Chore = (resources: Resources) => Promise<void>;

/** Forget the answers to requests that nobody repeats any more. */
const forgetKeys: Chore = ({ database, settings }) =>
  forgetOldKeys(database, settings.IDEMPOTENCY_SECONDS);

/** Every hour, these chores besides the forgetting of repeated requests. */
export function cleanUpWith(chores: readonly Chore[]): Job<object> {
  return new Job<object>({
    name: "clean_up",
    queue: "low",
    schedule: "0 * * * *",
    input: createBody({}),
    async run(_input, resources) {
      for (const chore of [forgetKeys, ...chores]) {
        await chore(resources);
      }
    },
  });
}

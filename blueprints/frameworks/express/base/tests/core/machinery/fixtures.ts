/** Who calls; only the tables of the tests are known, and only an admin is one. */

import { vi } from "vitest";
import * as callers from "../../../src/core/caller.ts";
import { test as plain } from "../../fixtures.ts";
import { Desk, person, STRANGER } from "./desk.ts";
import { amongOurselves } from "./resources.ts";

export const test = plain
  .extend("world", async ({ database }, { onCleanup }) => {
    const leave = amongOurselves();
    // Also where a service has no accounts, and so everybody is one.
    const spy = vi.spyOn(callers, "isAdmin").mockImplementation(({ role }) => role === "admin");
    onCleanup(() => {
      spy.mockRestore();
      leave();
    });
    return database;
  })
  /** An admin, who passes every check. */
  .extend("chief", ({ world }) => new Desk(world, person("admin")))
  /** Somebody who is logged in. */
  .extend("user", ({ world }) => new Desk(world, person("user")))
  /** Somebody with a role that may read every folder. */
  .extend("editor", ({ world }) => new Desk(world, person("editor")))
  /** Somebody unknown. */
  .extend("stranger", ({ world }) => new Desk(world, STRANGER));

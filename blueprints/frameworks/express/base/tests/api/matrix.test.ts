/** Who may do what: every role against every operation of every resource. */

import { expect } from "vitest";
import type { Action } from "../../src/core/access.ts";
import { ROLES } from "../callers.ts";
import { resourceNamed } from "../factories.ts";
import { test } from "../fixtures.ts";
import { RESOURCES } from "../resources.ts";
import { isLinks, type Resource } from "../table.ts";
import { pathOf } from "./common.ts";

const METHODS: Readonly<Record<Action, string>> = {
  list: "GET",
  read: "GET",
  create: "POST",
  update: "PATCH",
  delete: "DELETE",
};
const ATTEMPTS = RESOURCES.flatMap((resource) =>
  resource.actions.flatMap((action) => ROLES.map((role) => ({ resource, action, role }))),
);

/** Whether the access table lets this role do this with a row; `owner` owns the row. */
function passes(resource: Resource, action: Action, role: string): boolean {
  const grants = resource.access[action];
  if (role === "anonymous" || role === "admin") {
    return role === "admin" || grants.includes("public");
  }
  const mine = role === "owner" ? ["user", "owner"] : [role];
  return ["public", "authenticated", ...mine].some((grant) => grants.includes(grant));
}

/** The status that the access table asks for. */
function expected(resource: Resource, action: Action, role: string): number {
  const owners = role !== "anonymous" && resource.access[action].includes("owner");
  if (owners && action === "list") {
    return 200; // His own rows.
  }
  const allowed = passes(resource, action, role);
  const hidden = !["list", "create"].includes(action) && !passes(resource, "read", role);
  if (hidden && (owners || allowed)) {
    return 404;
  }
  if (allowed) {
    return { create: 201, delete: 204, list: 200, read: 200, update: 200 }[action];
  }
  return role === "anonymous" ? 401 : 403;
}

/** Whether this role may read everything that a new row has to refer to. */
function refersFreely({ relations }: Resource, role: string): boolean {
  const needed = relations.filter((relation) => !relation.optional && !isLinks(relation));
  const targets = needed.flatMap((relation) => resourceNamed(relation.to) ?? []);
  return targets.every((target) => passes(target, "read", role));
}

test.for(ATTEMPTS)(
  "$resource.entity: $action by $role",
  async ({ resource, action, role }, { factory, logIn, nobody }) => {
    const person = await logIn(["anonymous", "owner"].includes(role) ? "user" : role);
    const owner = role === "owner" ? person : await logIn("user");
    const caller = role === "anonymous" ? nobody : person;
    let path = resource.path;
    let status = expected(resource, action, role);
    let json: unknown;
    if (action === "create") {
      json = await factory.body(resource, {}, owner);
      status = status === 201 && !refersFreely(resource, role) ? 400 : status;
    } else if (action !== "list") {
      path = pathOf(resource, await factory.make(resource, {}, owner));
      json = action === "update" ? {} : undefined;
    }
    const answer = await caller.request(METHODS[action], path, { json });
    // A write that may be made can need consent all the same.
    const waits = status < 400 && resource.gated.includes(action) && answer.status === 202;
    expect(answer.status, answer.text).toBe(waits ? 202 : status);
  },
);

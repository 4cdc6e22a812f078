/** Who may do what with the rows of a resource. */

import { type Caller, isAdmin } from "./caller.ts";
import { forbidden, unauthorized } from "./errors.ts";

export type Action = "list" | "read" | "create" | "update" | "delete";
type Policy = string | readonly string[];

/** Whose a row is, as far as access is concerned. */
export interface Ownable {
  readonly ownerId?: string | null;
}

/**
 * For each action `"public"`, `"authenticated"`, `"owner"`, a role, or several of them.
 *
 * Any one of several suffices, and an admin passes every check.
 */
export interface Access {
  readonly list?: Policy;
  readonly read?: Policy;
  readonly create?: Policy;
  readonly update?: Policy;
  readonly delete?: Policy;
  readonly commands?: Readonly<Record<string, Policy>>;
}

/** The policies of an action or a command. */
function namesOf(access: Access, action: string): readonly string[] {
  const actions: Readonly<Record<string, unknown>> = { ...access, ...access.commands };
  const policy = (actions[action] ?? "public") as Policy;
  return typeof policy === "string" ? [policy] : policy;
}

/** Whether the caller may do this with every row, whoever owns it. */
export function allowsByRole(access: Access, caller: Caller, action: string): boolean {
  const names = namesOf(access, action);
  if (names.includes("public") || isAdmin(caller)) {
    return true;
  }
  const { userId, role } = caller;
  const known = names.includes("authenticated") || (role !== null && names.includes(role));
  return userId !== null && known;
}

/** Throw 401 or 403 for a caller who may not do this with any row. */
export function requireAccess(access: Access, caller: Caller, action: string): void {
  if (allowsByRole(access, caller, action)) {
    return;
  }
  if (caller.userId === null) {
    throw unauthorized();
  }
  if (!namesOf(access, action).includes("owner")) {
    throw forbidden();
  }
}

/** Whether the caller may do this with this row. */
export function allows(access: Access, caller: Caller, action: string, row: Ownable): boolean {
  const owners = namesOf(access, action).includes("owner");
  return allowsByRole(access, caller, action) || (owners && owns(caller, row));
}

/** Whether the caller created this row. */
export function owns(caller: Caller, row: Ownable): boolean {
  return caller.userId !== null && row.ownerId === caller.userId;
}

/** Throw 401 or 403 for anybody but an admin. */
export function requireAdmin(caller: Caller): void {
  if (!isAdmin(caller)) {
    throw caller.userId === null ? unauthorized() : forbidden();
  }
}

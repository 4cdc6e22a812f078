/** Approvals as they are kept, and as JSON. */

import { createBody } from "../core/bodies.ts";
import * as field from "../core/fields.ts";
import { MASK, Target } from "../core/repository.ts";

const STATUSES = ["pending", "approved", "rejected", "outdated"] as const;
const ACTIONS = ["create", "update", "delete"] as const;

/**
 * A write that waits for consent, and what became of it.
 *
 * `approvers` are the names that may decide, each between spaces: roles, and `owner`, who is
 * `ownerId`. `rowVersion` is what the row was when the write was asked for.
 */
export const approvalFields = {
  id: field.uuid({ column: "id" }),
  entity: field.string({ column: "entity", max: 40 }),
  rowId: field.uuid({ column: "row_id", optional: true }),
  action: field.choice({ column: "action", values: ACTIONS }),
  status: field.choice({ column: "status", values: STATUSES }),
  reason: field.string({ column: "reason", max: 500, optional: true }),
  requestedBy: field.uuid({ column: "requested_by", optional: true }),
  decidedBy: field.uuid({ column: "decided_by", optional: true }),
  createdAt: field.datetime({ column: "created_at" }),
  decidedAt: field.datetime({ column: "decided_at", optional: true }),
  change: field.json({ column: "change" }),
  rowVersion: field.integer({ column: "row_version", optional: true, private: true }),
  ownerId: field.uuid({ column: "owner_id", optional: true, private: true }),
  approvers: field.text({ column: "approvers", private: true }),
};
export type Approval = field.ValuesOf<typeof approvalFields>;

export const approvals = new Target<Approval>({
  name: "Approval",
  table: "approvals",
  fields: approvalFields,
  // Who sees which is a matter of each.
  access: {},
});

/** An approval as it is answered: `change` has the written keys, private ones masked. */
export function approvalBody(approval: Approval): field.JsonObject {
  const values: Readonly<Record<string, unknown>> = { ...approval, change: shown(approval) };
  return Object.fromEntries(
    approvals.shown.map(([key, each]) => [each.json, each.write(values[key])]),
  );
}

function shown({ entity, change }: Approval): field.JsonObject {
  const known = new Set(Target.of(entity).shown.map(([, each]) => each.json));
  const pairs = Object.entries(change).map(
    ([key, value]) => [key, known.has(key) ? value : MASK] as const,
  );
  return Object.fromEntries(pairs);
}

/** Why a write is refused. */
export const approvalReject = createBody({
  reason: field.string({ column: "reason", min: 1, max: 500 }),
});

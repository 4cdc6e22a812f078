/** Who changed what: one entry per write, in the same transaction. */

import { choice, datetime, json, string, uuid } from "./fields.ts";
import { ListTable } from "./listing.ts";

export const AUDIT_TABLE = "audit_entries";
const ACTIONS = ["create", "update", "delete", "restore"] as const;

/** One write to one row; `before` and `after` hold the changed keys only, private ones masked. */
export const auditFields = {
  id: uuid({ column: "id" }),
  action: choice({ column: "action", values: ACTIONS }),
  actorId: uuid({ column: "actor_id", optional: true }),
  at: datetime({ column: "at" }),
  before: json({ column: "before", optional: true }),
  after: json({ column: "after", optional: true }),
};

/** The columns that say whose entry it is. */
export const auditKeys = {
  entity: string({ column: "entity" }),
  rowId: uuid({ column: "row_id" }),
};

export const auditList = new ListTable({
  id: auditFields.id,
  filters: [],
  sort: [],
  search: [],
  cursor: false,
});

export type AuditAction = (typeof ACTIONS)[number];

/** What the tables of all resources have in common. */

import { datetime, type Fields, integer, uuid, type ValuesOf } from "./fields.ts";

/** An identity, times (UTC) and a version that each write adds 1 to. */
export const ROW = {
  id: uuid({ column: "id" }),
  createdAt: datetime({ column: "created_at" }),
  updatedAt: datetime({ column: "updated_at" }),
  version: integer({ column: "version", min: 1 }),
};

/** Whose a row is: of the user who created it; rows from the seed have no owner. */
export const OWNER = { ownerId: uuid({ column: "owner_id", optional: true }) };

/** When a row was deleted that stays in its table. */
export const DELETION = { deletedAt: datetime({ column: "deleted_at", optional: true }) };

/** Keys that only the service sets. */
export const SERVER_SET = ["id", "createdAt", "updatedAt", "version", "ownerId", "deletedAt"];

/** A row of any entity. */
export type Row = ValuesOf<typeof ROW> & {
  readonly ownerId?: string | null;
  readonly deletedAt?: Date | null;
};

/** A row of the entity with these fields. */
export type RowOf<F extends Fields> = Row & ValuesOf<F>;

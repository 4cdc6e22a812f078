/** Asking for consent: whether a write needs it, and what is kept until somebody decides. */

import { v7 as uuid7 } from "uuid";
import { type Ownable, owns } from "../core/access.ts";
import { type Caller, isAdmin } from "../core/caller.ts";
import type { Session } from "../core/database.ts";
import type { JsonObject } from "../core/fields.ts";
import type { Repository } from "../core/repository.ts";
import type { Row } from "../core/rows.ts";
import type { ConsentRule } from "../core/rules.ts";
import type { Values, Writer } from "../core/writing.ts";
import { type Approval, approvalBody, approvals } from "./schemas.ts";

type Action = Approval["action"];

/** The answer to a write that now waits for consent. */
export class Pending {
  readonly body: JsonObject;

  constructor(approval: Approval) {
    this.body = { approval: approvalBody(approval) };
  }
}

/**
 * The approval that this write waits for; none when it may be done at once.
 *
 * What would be a conflict anyway is told at once (409), and nothing waits.
 */
export async function consent<R extends Row>(
  unit: Writer<R>,
  action: Action,
  row: R | undefined,
  values: Values,
): Promise<Pending | undefined> {
  const rule = needed(unit, action, row, values);
  const { caller } = unit.call;
  if (rule === undefined || decides(caller, rule.approvers, row, action)) {
    return undefined;
  }
  await undone(unit.session, () => perform(unit, action, row, values));
  const approval: Approval = {
    id: uuid7(),
    entity: unit.repository.name,
    rowId: row?.id ?? null,
    action,
    status: "pending",
    reason: null,
    requestedBy: caller.userId,
    decidedBy: null,
    createdAt: new Date(),
    decidedAt: null,
    change: wire(unit.repository, values),
    rowVersion: row?.version ?? null,
    ownerId: (row === undefined ? caller.userId : row.ownerId) ?? null,
    approvers: ` ${rule.approvers.join(" ")} `,
  };
  await unit.db.insertInto(approvals.table).values(approvals.store(approval)).execute();
  return new Pending(approval);
}

/** Store changes of a row, unless they wait for consent; none at all never do. */
export async function changing<R extends Row>(
  unit: Writer<R>,
  row: R,
  changes: Values,
): Promise<Pending | undefined> {
  const none = Object.keys(changes).length === 0;
  const waiting = none ? undefined : await consent(unit, "update", row, changes);
  if (waiting === undefined) {
    await unit.update(row, changes);
  }
  return waiting;
}

/** The first rule that asks for consent to this write. */
function needed<R extends Row>(
  unit: Writer<R>,
  action: Action,
  row: R | undefined,
  values: Values,
): ConsentRule<R> | undefined {
  const rules = unit.repository.consents.filter((rule) => rule.on === action);
  const state = unit.state(row, values);
  return rules.find((rule) => rule.when(state) === true);
}

/** Whether the caller is one of those who may consent; whoever makes a row owns it. */
export function decides(
  caller: Caller,
  approvers: readonly string[],
  row: Ownable | undefined,
  action: Action = "update",
): boolean {
  if (isAdmin(caller) || (caller.role !== null && approvers.includes(caller.role))) {
    return true;
  }
  if (!approvers.includes("owner")) {
    return false;
  }
  return row === undefined && action === "create"
    ? caller.userId !== null
    : owns(caller, row ?? {});
}

/** Do the write: gives the row that was made or changed. */
export async function perform<R extends Row>(
  unit: Writer<R>,
  action: Action,
  row: R | undefined,
  values: Values,
): Promise<R | undefined> {
  if (row === undefined) {
    return await unit.insert(values);
  }
  if (action === "delete") {
    await unit.delete(row);
    return undefined;
  }
  return await unit.update(row, values);
}

/** Do something within a transaction and take it back: only what it throws remains. */
async function undone(session: Session, work: () => Promise<unknown>): Promise<void> {
  const { db, created } = session;
  const known = created.length;
  const before = await db.savepoint("attempt").execute();
  await work();
  await before.rollbackToSavepoint("attempt").execute();
  created.length = known;
}

/** The values as JSON that can be read again, private ones too. */
function wire<R extends Row>(repository: Repository<R>, values: Values): JsonObject {
  const pairs = Object.entries(values).map(([key, value]) => {
    const field = repository.field(key);
    return [field.json, field.write(value)] as const;
  });
  return Object.fromEntries(pairs);
}

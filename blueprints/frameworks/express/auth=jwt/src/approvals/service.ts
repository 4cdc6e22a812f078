/** Use cases of approvals: who sees them, who decides, and what a decision does. */

import { pageBody } from "../core/answers.ts";
import { patchBody, Submitted } from "../core/bodies.ts";
import type { Call } from "../core/call.ts";
import { type Caller, isAdmin } from "../core/caller.ts";
import type { Connection, Session } from "../core/database.ts";
import { forUpdate } from "../core/driver.ts";
import { conflict, forbidden, notFound, unauthorized } from "../core/errors.ts";
import type { JsonObject } from "../core/fields.ts";
import { decodeJson } from "../core/json-body.ts";
import { type Condition, ListTable } from "../core/listing.ts";
import { Query } from "../core/query.ts";
import { rowId } from "../core/reading.ts";
import { type AnyRepository, Repository, type Stored, Target } from "../core/repository.ts";
import type { Row } from "../core/rows.ts";
import { transaction } from "../core/unique.ts";
import { type Values, Writer } from "../core/writing.ts";
import { decides, perform } from "./consent.ts";
import { type Approval, approvalBody, approvalFields, approvals } from "./schemas.ts";

const approvalList = new ListTable({
  id: approvalFields.id,
  filters: [approvalFields.status, approvalFields.entity, approvalFields.rowId],
  sort: [],
  search: [],
  cursor: false,
});

/** Find the approvals that the caller asked for or decides. */
export async function list(call: Call): Promise<JsonObject> {
  requireLogin(call.caller);
  const query = new Query(call.query);
  const wanted = approvalList.read(query);
  query.requireValid();
  const [stored, frame] = await call.database.read((db) =>
    approvalList.fetch(approvals.select(db).where(visible(call.caller)), wanted),
  );
  return pageBody(
    stored.map((row) => approvalBody(approvals.load(row))),
    frame,
  );
}

/** Find one approval. */
export async function read(call: Call, id: string): Promise<JsonObject> {
  requireLogin(call.caller);
  const approval = await call.database.read((db) => find(db, call.caller, id));
  new Query(call.query).requireValid();
  return approvalBody(approval);
}

/** Do the write; 409 when it is decided already, or the row has changed meanwhile. */
export async function approve(call: Call, id: string): Promise<JsonObject> {
  requireLogin(call.caller);
  const { entity } = await call.database.read((db) => find(db, call.caller, id));
  const repository = repositoryOf(entity);
  const approval = await transaction(call.database, repository, async (session) => {
    const pending = await decidable(session.db, call, id);
    const written = await apply(session, repository, call, pending);
    const status = written === undefined ? "outdated" : "approved";
    return await decide(session.db, call, pending, { status, rowId: pending.rowId, ...written });
  });
  if (approval.status === "outdated") {
    throw conflict("The row has changed since this was asked for.");
  }
  return approvalBody(approval);
}

/** Leave everything as it is, and say why. */
export async function reject(
  call: Call,
  id: string,
  body: Submitted<{ reason: string }>,
): Promise<JsonObject> {
  requireLogin(call.caller);
  const approval = await call.database.write(async ({ db }) => {
    const pending = await decidable(db, call, id, body);
    const reason = body.values?.reason ?? null;
    return await decide(db, call, pending, { status: "rejected", reason });
  });
  return approvalBody(approval);
}

/** Throw 401 for nobody. */
function requireLogin(caller: Caller): void {
  if (caller.userId === null) {
    throw unauthorized();
  }
}

function repositoryOf(entity: string): AnyRepository {
  const target = Target.of(entity);
  if (!(target instanceof Repository)) {
    throw new Error(`${entity} needs no consent`);
  }
  return target;
}

/** Which approvals the caller sees: those he asked for, and those he may decide. */
function visible(caller: Caller): Condition {
  const { userId, role } = caller;
  return (eb) => {
    // The names without one of them are other names.
    const without = (name: string) =>
      eb.fn("replace", ["approvers", eb.val(` ${name} `), eb.val("")]);
    const named = (name: string) => eb(without(name), "!=", eb.ref("approvers"));
    return eb.or([
      eb.lit(isAdmin(caller)),
      eb("requested_by", "=", userId),
      named(String(role)),
      eb.and([named("owner"), eb("owner_id", "=", userId)]),
    ]);
  };
}

/** An approval that the caller sees, else 404. */
async function find(db: Connection, caller: Caller, id: string, lock = false): Promise<Approval> {
  const found = approvals.select(db).selectAll().where("id", "=", rowId(id)).where(visible(caller));
  const stored = await (lock ? forUpdate(found) : found).executeTakeFirst();
  if (stored === undefined) {
    throw notFound();
  }
  return approvals.load(stored as Stored);
}

/** An approval that the caller may decide now: 404, 403, 400, 409. */
async function decidable(
  db: Connection,
  call: Call,
  id: string,
  body?: Submitted<unknown>,
): Promise<Approval> {
  const approval = await find(db, call.caller, id, true);
  if (!decides(call.caller, approval.approvers.trim().split(" "), approval)) {
    throw forbidden();
  }
  const query = new Query(call.query);
  if (body === undefined) {
    query.requireValid();
  } else {
    body.accept(query);
  }
  if (approval.status !== "pending") {
    throw conflict("This is decided already.");
  }
  return approval;
}

/**
 * Do the write in the name of who asked for it, and tell the id of the row that it is about.
 *
 * Nothing is done, or told, when the write cannot be done as it was asked for.
 */
async function apply(
  session: Session,
  repository: AnyRepository,
  { database }: Call,
  approval: Approval,
): Promise<Pick<Approval, "rowId"> | undefined> {
  const writer: Caller = { userId: approval.requestedBy, role: "admin", sessionId: null };
  const call: Call = {
    caller: writer,
    database,
    query: "",
    ifMatch: undefined,
    repeatable: undefined,
  };
  const unit = new Writer(session, repository, call);
  const row = await present(session.db, repository, approval);
  if (approval.rowId !== null && row?.version !== approval.rowVersion) {
    return undefined;
  }
  const values = await valuesOf(unit, approval, row);
  if (values === undefined) {
    return undefined;
  }
  const written = await perform(unit, approval.action, row, values);
  return { rowId: written?.id ?? approval.rowId };
}

/** The row that the write is about, locked. */
async function present(
  db: Connection,
  repository: AnyRepository,
  { rowId: id }: Approval,
): Promise<Row | undefined> {
  const found = repository.select(db).selectAll().where("id", "=", id);
  const stored = id === null ? undefined : await forUpdate(found).executeTakeFirst();
  return stored && repository.load(stored as Stored);
}

/** What was written, as long as it is still right. */
async function valuesOf(
  unit: Writer<Row>,
  { change }: Approval,
  row: Row | undefined,
): Promise<Values | undefined> {
  if (Object.keys(change).length === 0) {
    return {};
  }
  // Numbers are read as those of a request are; objects were merged when it was asked for.
  const sent = decodeJson(Buffer.from(JSON.stringify(change)));
  const { values } = new Submitted(patchBody(unit.repository.declared), sent);
  if (values === undefined || (await unit.unresolved(values)).length > 0) {
    return undefined;
  }
  return unit.broken(row, values).length > 0 ? undefined : values;
}

async function decide(
  db: Connection,
  { caller }: Call,
  approval: Approval,
  outcome: Partial<Approval>,
): Promise<Approval> {
  const decision = { ...outcome, decidedBy: caller.userId, decidedAt: new Date() };
  const update = db.updateTable(approvals.table).set(approvals.store(decision));
  await update.where("id", "=", approval.id).execute();
  return { ...approval, ...decision };
}

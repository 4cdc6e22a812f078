/** Writing rows for a caller: one transaction, with its checks in the order of the answers. */

import { v7 as uuid7 } from "uuid";
import { allows, requireAccess, requireAdmin } from "./access.ts";
import { AUDIT_TABLE, type AuditAction, auditFields, auditKeys } from "./audit.ts";
import { mergePatch, type Submitted } from "./bodies.ts";
import type { Call } from "./call.ts";
import type { Session } from "./database.ts";
import { forUpdate } from "./driver.ts";
import {
  conflict,
  type FieldError,
  forbidden,
  notFound,
  outdated,
  validationError,
} from "./errors.ts";
import { type JsonObject, MAX_LINKS, uuidType } from "./fields.ts";
import { claim, keep } from "./idempotency.ts";
import { jsonName } from "./naming.ts";
import { lastState, publishWrite } from "./publishing.ts";
import { rowId, Unit } from "./reading.ts";
import {
  type AnyRepository,
  type Links,
  linksOf,
  type Reference,
  type Repository,
  type Stored,
  Target,
} from "./repository.ts";
import { type Row, SERVER_SET } from "./rows.ts";
import type { Condition, State } from "./rules.ts";
import { storing, transaction } from "./unique.ts";

/** Values by the keys of their fields. */
export type Values = Record<string, unknown>;

/** Writes for one request. */
export class Writer<R extends Row> extends Unit<R> {
  readonly session: Session;
  private key: string | undefined;

  constructor(session: Session, repository: Repository<R>, call: Call) {
    super(session.db, repository, call);
    this.session = session;
  }

  /** The row to write, locked: 400 malformed id, 404, 403 not the owner, 412. */
  async find(text: string, action: string): Promise<R> {
    const row = await this.own(text, action);
    this.match(row);
    return row;
  }

  /** The row to write, locked, of any version: 400 malformed id, 404, 403 not the owner. */
  async own(text: string, action: string): Promise<R> {
    const row = await this.obtain(text, { lock: true });
    if (!allows(this.repository.access, this.call.caller, action, row)) {
      throw forbidden();
    }
    return row;
  }

  /** 412 when the caller wants to write another version (`If-Match`). */
  match(row: R): void {
    const tags = this.call.ifMatch?.split(",").map((tag) => tag.trim());
    if (tags !== undefined && !tags.includes("*") && !tags.includes(`"${row.version}"`)) {
      throw outdated();
    }
  }

  // --- the same request again ---------------------------------------------------------------

  /** Do a request with an idempotency key once; a repeated one ends here with its answer. */
  async once(submitted?: Submitted<unknown>): Promise<void> {
    if (this.call.repeatable !== undefined) {
      this.key = await claim(this.session, this.call.repeatable, submitted?.value ?? null);
    }
  }

  /** The row as it is answered, kept for repeated requests. */
  async keep(status: number, row: R): Promise<JsonObject> {
    return await this.kept(status, await this.present(row));
  }

  /** This answer, kept for repeated requests. */
  async kept(status: number, answer: JsonObject): Promise<JsonObject> {
    if (this.key !== undefined) {
      await keep(this.session, this.key, status, answer);
    }
    return answer;
  }

  // --- what was submitted -------------------------------------------------------------------

  /** The values to store, by key; 400 with all faults of the query and the body. */
  async accept<V>(submitted: Submitted<V>, row?: R): Promise<Values> {
    const faults = [...this.query.finish(), ...submitted.named(this.readOnlyKeys())];
    const values = (submitted.values ?? this.ids(submitted.raw, faults)) as Values;
    faults.push(...(await this.unresolved(values)));
    if (submitted.values !== undefined) {
      if (submitted.body.partial && row !== undefined) {
        this.merge(row, values);
      }
      faults.push(...this.broken(row, values));
    }
    if (faults.length > 0) {
      throw validationError(faults);
    }
    return values;
  }

  /** The JSON keys that only the service sets. */
  private readOnlyKeys(): string[] {
    const all = Object.entries(this.repository.fields);
    const set = all.filter(([key, field]) => SERVER_SET.includes(key) || field.traits.readOnly);
    return [...set.map(([, field]) => field.json), ...SERVER_SET_JSON];
  }

  /** A patch changes the parts of a free object. */
  private merge(row: R, values: Values): void {
    for (const [key, value] of Object.entries(values)) {
      if (this.repository.field(key).type.kind === "json" && value !== null) {
        values[key] = mergePatch(row[key as keyof R], value as JsonObject);
      }
    }
  }

  /** The rules that the row would break. */
  broken(row: R | undefined, values: Values): FieldError[] {
    if (this.repository.rules.length === 0) {
      return [];
    }
    const state = this.state(row, values);
    const broken = this.repository.rules.filter((rule) => rule.holds(state) === false);
    return broken.map(({ field, message }) => ({
      field: field === "" ? "" : this.repository.field(field).json,
      rule: "rule",
      message,
    }));
  }

  /** What conditions look at: the row as it would be with these values, and as it is. */
  state(row: R | undefined, values: Values): State<R> {
    const next = this.repository.wouldBe(row, values);
    return { new: next, old: row ?? next, actor: this.call.caller, now: new Date() };
  }

  /** 409 when a command is not possible now. */
  require(condition: Condition<R>, row: R): void {
    if (condition({ new: row, old: row, actor: this.call.caller, now: new Date() }) !== true) {
      throw conflict("This is not possible now.");
    }
  }

  /** Store what a command sets, and return the row as it is then; 409 when it would break a rule. */
  async apply(row: R, values: Values): Promise<R> {
    if (this.broken(row, values).length > 0) {
      throw conflict("The row would break a rule.");
    }
    if (Object.keys(values).length > 0) {
      return await this.update(row, values);
    }
    const touched = await this.touch(this.repository, row, {});
    await this.audit(this.repository, row.id, "update", {}, {});
    await publishWrite(this.session, this.repository, "updated", touched);
    return touched;
  }

  /** The references of a faulty body that can be looked up all the same. */
  private ids(raw: Values, faults: readonly FieldError[]): Values {
    const faulty = new Set(faults.map((fault) => fault.field));
    const found: Values = {};
    for (const { key, field } of [...this.repository.references, ...this.repository.links]) {
      const value = raw[field.json];
      if (faulty.has(field.json)) {
        continue;
      }
      if (typeof value === "string") {
        found[key] = uuidType.read(value);
      } else if (Array.isArray(value) && value.length <= MAX_LINKS) {
        found[key] = value.map((each, index) =>
          faulty.has(`${field.json}[${index}]`) ? null : uuidType.read(String(each)),
        );
      }
    }
    return found;
  }

  /** References to rows that the caller may not read, and doubles among links. */
  async unresolved(values: Values): Promise<FieldError[]> {
    const faults: FieldError[] = [];
    for (const { key, field, to } of [...this.repository.references, ...this.repository.links]) {
      const value = values[key];
      if (value === null || value === undefined) {
        continue;
      }
      const places = Array.isArray(value)
        ? value.map((id, index) => ({ field: `${field.json}[${index}]`, id: id as string | null }))
        : [{ field: field.json, id: value as string }];
      const given = places.filter(({ id }) => id !== null);
      const ids = given.map(({ id }) => id as string);
      const found = await Target.of(to).readable(this.db, this.call.caller, ids, { lock: true });
      given.forEach((place, index) => {
        const id = ids[index] ?? "";
        if (ids.indexOf(id) < index) {
          faults.push({ field: place.field, rule: "unique", message: "is there twice" });
        } else if (!found.has(id)) {
          faults.push({ field: place.field, rule: "reference", message: "does not exist" });
        }
      });
    }
    return faults;
  }

  // --- writes -------------------------------------------------------------------------------

  /** Store a new row of the caller. */
  async insert(values: Values): Promise<R> {
    const [links, plain] = this.split(values);
    const now = new Date();
    const whole: Values = {
      ...this.repository.wouldBe(undefined, plain),
      id: uuid7(),
      createdAt: now,
      updatedAt: now,
      version: 1,
    };
    for (const { key } of this.repository.links) {
      delete whole[key];
    }
    if ("ownerId" in this.repository.fields) {
      whole["ownerId"] = this.call.caller.userId;
    }
    const stored = this.repository.store(whole);
    const insert = this.db.insertInto(this.repository.table).values(stored);
    await storing(whole, () => insert.execute());
    const row = { ...whole, deletedAt: null } as unknown as R;
    for (const [relation, ids] of links) {
      await this.addLinks(relation, row.id, ids);
    }
    this.session.created.push(this.repository.name);
    await this.audit(
      this.repository,
      row.id,
      "create",
      {},
      { ...this.repository.state(row), ...values },
    );
    await publishWrite(this.session, this.repository, "created", row);
    return row;
  }

  /** Store changes, and return the row as it is then; none at all leave the version alone. */
  async update(row: R, values: Values): Promise<R> {
    if (Object.keys(values).length === 0) {
      return row;
    }
    const [links, plain] = this.split(values);
    const before: Values = {};
    for (const key of Object.keys(plain)) {
      before[key] = row[key as keyof R];
    }
    const after: Values = { ...plain };
    for (const [relation, ids] of links) {
      const known = (await linksOf(this.db, relation, [row.id])).get(row.id) ?? [];
      before[relation.key] = known;
      after[relation.key] = [...ids].sort();
      await this.removeLinks(
        relation,
        row.id,
        known.filter((id) => !ids.includes(id)),
      );
      await this.addLinks(
        relation,
        row.id,
        ids.filter((id) => !known.includes(id)),
      );
    }
    const changed = await this.touch(this.repository, row, plain);
    await this.audit(this.repository, row.id, "update", before, after);
    await publishWrite(this.session, this.repository, "updated", changed);
    return changed;
  }

  /** Delete a row as its table says, and do to others what their relations say. */
  async delete(row: R): Promise<void> {
    this.query.requireValid();
    await this.remove(this.repository as unknown as AnyRepository, row, new Set());
  }

  /** Bring a deleted row back; 409 when it is not deleted or a unique value was taken. */
  async restore(text: string): Promise<R> {
    const row = await this.obtain(text, { deleted: true, lock: true });
    this.query.requireValid();
    const { deletedAt = null } = row;
    if (deletedAt === null) {
      throw conflict("The row is not deleted.");
    }
    const restored = await this.touch(this.repository, row, { deletedAt: null });
    await this.audit(this.repository, row.id, "restore", { deletedAt }, { deletedAt: null });
    await publishWrite(this.session, this.repository, "updated", restored);
    return restored;
  }

  /** Link a row to another; a link that is there already changes nothing. */
  async link(text: string, key: string, otherText: string): Promise<void> {
    const [row, changes] = await this.linking(text, key, otherText);
    await this.update(row, changes);
  }

  /** The row to link, and what the link changes. */
  async linking(text: string, key: string, otherText: string): Promise<[R, Values]> {
    const [row, relation, other] = await this.ends(text, key, otherText);
    const target = Target.of(relation.to);
    const found = await target.readable(this.db, this.call.caller, [other], { lock: true });
    if (found.size === 0) {
      throw notFound();
    }
    const known = (await linksOf(this.db, relation, [row.id])).get(row.id) ?? [];
    return [row, known.includes(other) ? {} : { [key]: [...known, other] }];
  }

  /** Take a link away; one that is not there changes nothing. */
  async unlink(text: string, key: string, otherText: string): Promise<void> {
    const [row, changes] = await this.unlinking(text, key, otherText);
    await this.update(row, changes);
  }

  /** The row whose link goes, and what that changes. */
  async unlinking(text: string, key: string, otherText: string): Promise<[R, Values]> {
    const [row, relation, other] = await this.ends(text, key, otherText);
    const known = (await linksOf(this.db, relation, [row.id])).get(row.id) ?? [];
    return [row, known.includes(other) ? { [key]: known.filter((id) => id !== other) } : {}];
  }

  /** The row to write and the id at the other end; both ids are judged before the row. */
  private async ends(text: string, key: string, otherText: string): Promise<[R, Links, string]> {
    const relation = this.repository.linksUnder(key);
    rowId(text);
    const other = rowId(otherText, relation.field.json.replace(/s$/, ""));
    const row = await this.find(text, "update");
    this.query.requireValid();
    return [row, relation, other];
  }

  // --- parts --------------------------------------------------------------------------------

  /** Tell links from columns. */
  private split(values: Values): [[Links, string[]][], Values] {
    const plain = { ...values };
    const links: [Links, string[]][] = [];
    for (const relation of this.repository.links) {
      if (plain[relation.key] !== undefined) {
        links.push([relation, plain[relation.key] as string[]]);
        delete plain[relation.key];
      }
    }
    return [links, plain];
  }

  /** Store values with the next version; 412 when another write was quicker. */
  private async touch<T extends Row>(
    repository: Repository<T>,
    row: T,
    values: Values,
    now = new Date(),
  ): Promise<T> {
    const changed = { ...row, ...values, version: row.version + 1, updatedAt: now };
    const stored = repository.store({ ...values, version: changed.version, updatedAt: now });
    const update = this.db
      .updateTable(repository.table)
      .set(stored)
      .where("id", "=", row.id)
      .where("version", "=", row.version);
    const { numUpdatedRows } = await storing(changed, () => update.executeTakeFirstOrThrow());
    if (numUpdatedRows === 0n) {
      throw outdated();
    }
    return changed;
  }

  private async addLinks(relation: Links, id: string, others: readonly string[]): Promise<void> {
    if (others.length > 0) {
      const { table, here, there } = relation;
      const rows = others.map((other) => ({ [here]: id, [there]: other }));
      await storing({}, () => this.db.insertInto(table).values(rows).execute());
    }
  }

  private async removeLinks(relation: Links, id: string, others: readonly string[]): Promise<void> {
    if (others.length > 0) {
      const { table, here, there } = relation;
      await this.db.deleteFrom(table).where(here, "=", id).where(there, "in", others).execute();
    }
  }

  /** Note a write: the keys whose values differ, private values masked. */
  private async audit<T extends Row>(
    repository: Repository<T>,
    id: string,
    action: AuditAction,
    before: Values,
    after: Values,
  ): Promise<void> {
    if (!repository.audited) {
      return;
    }
    const keys = Object.keys({ ...before, ...after }).filter(
      (key) => written(repository, key, before[key]) !== written(repository, key, after[key]),
    );
    const shown = (values: Values): JsonObject =>
      Object.fromEntries(
        keys.map((key) => [repository.field(key).json, repository.wire(key, values[key])]),
      );
    const entry = {
      id: auditFields.id.store(uuid7()),
      entity: repository.name,
      row_id: auditKeys.rowId.store(id),
      action,
      actor_id: auditFields.actorId.store(this.call.caller.userId),
      at: auditFields.at.store(new Date()),
      before: auditFields.before.store(action === "create" ? null : shown(before)),
      after: auditFields.after.store(action === "delete" ? null : shown(after)),
    };
    await this.db.insertInto(AUDIT_TABLE).values(entry).execute();
  }

  // --- deletion -----------------------------------------------------------------------------

  /** Delete one row after those that cascade from it. */
  private async remove(repository: AnyRepository, row: Row, seen: Set<string>): Promise<void> {
    seen.add(row.id);
    const before = repository.state(row);
    const last = await lastState(this.db, repository, row);
    for (const [child, reference] of repository.referrers()) {
      await this.detach(child, reference, row, repository.softDelete, seen);
    }
    for (const relation of repository.links) {
      before[relation.key] = (await linksOf(this.db, relation, [row.id])).get(row.id) ?? [];
      await this.db.deleteFrom(relation.table).where(relation.here, "=", row.id).execute();
    }
    for (const [owner, links] of repository.linkers()) {
      await this.forget(owner, links, row.id);
    }
    if (repository.softDelete) {
      const now = new Date();
      await this.touch(repository, row, { deletedAt: now }, now);
    } else {
      await this.erase(repository, row);
    }
    await this.audit(repository, row.id, "delete", before, {});
    await publishWrite(this.session, repository, "deleted", row, last);
  }

  private async erase(repository: AnyRepository, row: Row): Promise<void> {
    const gone = this.db
      .deleteFrom(repository.table)
      .where("id", "=", row.id)
      .where("version", "=", row.version);
    const { numDeletedRows } = await storing({}, () => gone.executeTakeFirstOrThrow());
    if (numDeletedRows === 0n) {
      throw outdated();
    }
  }

  /**
   * Apply `onDelete` to the rows that refer to this one.
   *
   * A row that goes for good may leave no reference behind, not even in deleted rows.
   */
  private async detach(
    child: AnyRepository,
    reference: Reference,
    row: Row,
    soft: boolean,
    seen: Set<string>,
  ): Promise<void> {
    const { column } = reference.field;
    const found = child.select(this.db, !soft).selectAll().where(column, "=", row.id).orderBy("id");
    for (const stored of await forUpdate(found).execute()) {
      const each = child.load(stored as Stored);
      // In a circle of references, rows that are about to go count as gone.
      let gone = seen.has(each.id) || (each.deletedAt ?? null) !== null;
      if (reference.onDelete === "restrict" && !seen.has(each.id)) {
        throw conflict(`${child.path} still refer to this row.`);
      }
      if (reference.onDelete === "set_null" && !gone) {
        await this.clear(child, each, reference.key);
        continue;
      }
      if (!gone) {
        await this.remove(child, each, seen);
        gone = child.softDelete;
      }
      if (gone && !soft) {
        await this.release(child, each, reference);
      }
    }
  }

  /** Let a deleted row no longer refer to one that goes for good. */
  private async release(child: AnyRepository, row: Row, reference: Reference): Promise<void> {
    if (reference.field.traits.optional) {
      const update = this.db.updateTable(child.table).set({ [reference.field.column]: null });
      await update.where("id", "=", row.id).execute();
    } else {
      await storing({}, () => this.db.deleteFrom(child.table).where("id", "=", row.id).execute());
    }
  }

  private async clear(child: AnyRepository, row: Row, key: string): Promise<void> {
    const before = { [key]: row[key as keyof Row] };
    const cleared = await this.touch(child, row, { [key]: null });
    await this.audit(child, row.id, "update", before, { [key]: null });
    await publishWrite(this.session, child, "updated", cleared);
  }

  /** Remove the links to a row; the rows that had them change with it. */
  private async forget(owner: AnyRepository, relation: Links, id: string): Promise<void> {
    const { table, here, there, key } = relation;
    const linking = this.db.selectFrom(table).select(here).where(there, "=", id);
    const found = owner.select(this.db).selectAll().where("id", "in", linking).orderBy("id");
    const rows = (await forUpdate(found).execute()).map((each) => owner.load(each as Stored));
    const known = await linksOf(
      this.db,
      relation,
      rows.map((row) => row.id),
    );
    await this.db.deleteFrom(table).where(there, "=", id).execute();
    for (const row of rows) {
      const ids = known.get(row.id) ?? [];
      const changed = await this.touch(owner, row, {});
      const left = ids.filter((each) => each !== id);
      await this.audit(owner, row.id, "update", { [key]: ids }, { [key]: left });
      await publishWrite(this.session, owner, "updated", changed);
    }
  }
}

const SERVER_SET_JSON = SERVER_SET.map((key) =>
  key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
).map(jsonName);

/** A value in a form that can be compared. */
function written<R extends Row>(repository: Repository<R>, key: string, value: unknown): string {
  const field = repository.field(key);
  return JSON.stringify(field.write(value));
}

/** One transaction of a caller who may do this action or command; 401 or 403 for others. */
export async function writing<R extends Row, T>(
  call: Call,
  repository: Repository<R>,
  action: string,
  work: (unit: Writer<R>) => Promise<T>,
): Promise<T> {
  requireAccess(repository.access, call.caller, action);
  return await transaction(call.database, repository, (session) =>
    work(new Writer(session, repository, call)),
  );
}

/** One transaction of an admin. */
export async function restoring<R extends Row, T>(
  call: Call,
  repository: Repository<R>,
  work: (unit: Writer<R>) => Promise<T>,
): Promise<T> {
  requireAdmin(call.caller);
  return await transaction(call.database, repository, (session) =>
    work(new Writer(session, repository, call)),
  );
}

/** Reading rows for a caller: what he may see, in pages, with expanded relations. */

import { type Action, allows, allowsByRole, requireAccess, requireAdmin } from "./access.ts";
import { type Answer, pageBody } from "./answers.ts";
import { AUDIT_TABLE, auditFields, auditKeys, auditList } from "./audit.ts";
import type { Call } from "./call.ts";
import type { Connection } from "./database.ts";
import { forUpdate } from "./driver.ts";
import { Fault, notFound, validationError } from "./errors.ts";
import { type JsonObject, uuidType } from "./fields.ts";
import { isPlain, type Selection } from "./listing.ts";
import { jsonName } from "./naming.ts";
import { Query } from "./query.ts";
import { type Reference, type Repository, type Stored, Target } from "./repository.ts";
import { DELETION, type Row } from "./rows.ts";

/** The id in a path; 400 when it is malformed. */
export function rowId(text: string, field = "id"): string {
  try {
    return uuidType.read(text);
  } catch (error) {
    if (!(error instanceof Fault)) {
      throw error;
    }
    throw validationError([{ field, rule: error.rule, message: error.message }]);
  }
}

/** What reading and writing share: one connection, one repository, one call. */
export class Unit<R extends Row> {
  readonly db: Connection;
  readonly repository: Repository<R>;
  readonly call: Call;
  readonly query: Query;

  constructor(db: Connection, repository: Repository<R>, call: Call) {
    this.db = db;
    this.repository = repository;
    this.call = call;
    this.query = new Query(call.query);
  }

  /** A row that the caller may read: 400 for a malformed id, else 404. */
  async obtain(
    text: string,
    options: { readonly deleted?: boolean; readonly lock?: boolean } = {},
  ): Promise<R> {
    const id = rowId(text);
    const found = this.repository.select(this.db, options.deleted).selectAll().where("id", "=", id);
    const stored = await (options.lock ? forUpdate(found) : found).executeTakeFirst();
    return this.visible(stored as Stored | undefined);
  }

  protected visible(stored: Stored | undefined): R {
    const row = stored === undefined ? undefined : this.repository.load(stored);
    if (row === undefined || !allows(this.repository.access, this.call.caller, "read", row)) {
      throw notFound();
    }
    return row;
  }

  /** The row as it is answered. */
  async present(row: R): Promise<JsonObject> {
    const [answer] = await this.repository.answers(this.db, [row]);
    return answer ?? {};
  }
}

/** Reads for one request. */
class Reader<R extends Row> extends Unit<R> {
  private readonly withDeleted: boolean;

  constructor(db: Connection, repository: Repository<R>, call: Call) {
    super(db, repository, call);
    this.withDeleted = repository.softDelete && this.query.flag("include_deleted");
    if (this.withDeleted) {
      requireAdmin(call.caller);
    }
  }

  /** One row by its id; without parameters it may be one that is kept. */
  async read(text: string): Promise<Answer> {
    if (this.call.query !== "") {
      return await this.answer(await this.obtain(text, { deleted: this.withDeleted }));
    }
    const id = rowId(text);
    const kept = await this.call.database.cache.row(this.repository, id, async () => {
      const row = await this.obtain(id);
      return { answer: await this.present(row), ownerId: row.ownerId ?? null };
    });
    if (!allows(this.repository.access, this.call.caller, "read", kept)) {
      throw notFound();
    }
    return { body: kept.answer };
  }

  /** The one row that refers to a parent under this key; 404 when there is none. */
  async readOf(key: string, parent: string): Promise<Answer> {
    const id = await this.parent(this.repository.reference(key).to, parent);
    const { column } = this.repository.field(key);
    const stored = await this.selection()
      .selectAll()
      .where(column, "=", id)
      .orderBy("id", "desc")
      .executeTakeFirst();
    return await this.answer(this.visible(stored as Stored | undefined));
  }

  /** A page of the rows that the caller sees; a plain first one may be kept. */
  async page(): Promise<JsonObject> {
    return await this.pageFrom(this.selection(), true);
  }

  /** A page of the rows that refer to a parent under this key. */
  async pageOf(key: string, parent: string): Promise<JsonObject> {
    const id = await this.parent(this.repository.reference(key).to, parent);
    return await this.pageFrom(this.selection().where(this.repository.field(key).column, "=", id));
  }

  /** A page of the rows that are linked to a parent under this key. */
  async pageLinkedTo(key: string, parent: string): Promise<JsonObject> {
    const { to, table, here, there } = this.repository.linksUnder(key);
    const id = await this.parent(to, parent);
    const linking = this.db.selectFrom(table).select(here).where(there, "=", id);
    return await this.pageFrom(this.selection().where("id", "in", linking));
  }

  /** A page of the rows that a row of `owner` links to under this key. */
  async pageLinked<O extends Row>(
    owner: Repository<O>,
    key: string,
    text: string,
  ): Promise<JsonObject> {
    const { table, here, there } = owner.linksUnder(key);
    const id = rowId(text);
    if ((await owner.readable(this.db, this.call.caller, [id])).size === 0) {
      throw notFound();
    }
    const linked = this.db.selectFrom(table).select(there).where(here, "=", id);
    return await this.pageFrom(this.selection().where("id", "in", linked));
  }

  /** The audit entries of a row, oldest first, for admins; also of a deleted row. */
  async audit(text: string): Promise<JsonObject> {
    const id = rowId(text);
    const entries = this.db
      .selectFrom(AUDIT_TABLE)
      .where("entity", "=", this.repository.name)
      .where("row_id", "=", auditKeys.rowId.store(id)) as unknown as Selection;
    if ((await entries.select("id").limit(1).executeTakeFirst()) === undefined) {
      await this.obtain(id, { deleted: true });
    }
    const wanted = auditList.read(this.query);
    this.query.requireValid();
    const [stored, frame] = await auditList.fetch(entries, wanted);
    const shown = Object.values(auditFields);
    const items = stored.map((row) =>
      Object.fromEntries(
        shown.map((field) => [field.json, field.write(field.load(row[field.column]))]),
      ),
    );
    return pageBody(items, frame);
  }

  private selection(): Selection {
    return this.repository.select(this.db, this.withDeleted);
  }

  private async answer(row: R): Promise<Answer> {
    const expand = this.expand();
    this.query.requireValid();
    const [body] = await this.answers([row], expand);
    return { body: body ?? {}, expanded: expand.length > 0 };
  }

  /** The id of a parent that the caller may read, else 404. */
  private async parent(name: string, text: string): Promise<string> {
    const id = rowId(text);
    if ((await Target.of(name).readable(this.db, this.call.caller, [id])).size === 0) {
      throw notFound();
    }
    return id;
  }

  private async pageFrom(selection: Selection, whole = false): Promise<JsonObject> {
    const { repository } = this;
    const { listing } = repository;
    const wanted = listing.read(this.query);
    const expand = this.expand();
    this.query.requireValid();
    const load = async (): Promise<JsonObject> => {
      const [stored, frame] = await listing.fetch(this.own(selection), wanted);
      const rows = stored.map((each) => this.repository.load(each));
      return pageBody(await this.answers(rows, expand), frame);
    };
    if (!whole || expand.length > 0 || this.withDeleted || !isPlain(wanted)) {
      return await load();
    }
    const seen = this.seesAll() ? "all" : `of ${this.call.caller.userId}`;
    const name = `${seen} ${wanted.limit} ${wanted.sort}`;
    return await this.call.database.cache.page(repository, name, load);
  }

  private seesAll(): boolean {
    return allowsByRole(this.repository.access, this.call.caller, "list");
  }

  /** Where `list` is for owners, a caller sees his own rows. */
  private own(selection: Selection): Selection {
    const { userId } = this.call.caller;
    if (this.seesAll()) {
      return selection;
    }
    return selection.where((eb) => (userId === null ? eb.lit(false) : eb("owner_id", "=", userId)));
  }

  private expand(): Reference[] {
    const known = this.repository.expandable;
    if (known.size === 0) {
      return [];
    }
    const names = this.query.names("expand", [...known.keys()]);
    return names.flatMap((name) => known.get(name) ?? []);
  }

  private async answers(rows: readonly R[], expand: readonly Reference[]): Promise<JsonObject[]> {
    const answers = await this.repository.answers(this.db, rows);
    for (const reference of expand) {
      await this.add(reference, rows, answers);
    }
    if (this.withDeleted) {
      rows.forEach(({ deletedAt }, index) => {
        const answer = answers[index];
        if (deletedAt && answer !== undefined) {
          answer[DELETION.deletedAt.json] = DELETION.deletedAt.write(deletedAt);
        }
      });
    }
    return answers;
  }

  /** Put the rows that are referred to beside their keys, in one query; unreadable ones are null. */
  private async add(
    reference: Reference,
    rows: readonly R[],
    answers: readonly JsonObject[],
  ): Promise<void> {
    const target = Target.of(reference.to);
    const keys = rows.map((row) => row[reference.key as keyof R] as string | null);
    const ids = keys.filter((key) => key !== null);
    const found = [...(await target.readable(this.db, this.call.caller, ids)).values()];
    const shown = await target.answers(this.db, found);
    const byId = new Map(found.map((row, index) => [row.id, shown[index] ?? null]));
    answers.forEach((answer, index) => {
      answer[jsonName(reference.name)] = byId.get(keys[index] ?? "") ?? null;
    });
  }
}

/** Read for a caller who may do this; 401 or 403 for others. */
export async function reading<R extends Row, T>(
  call: Call,
  repository: Repository<R>,
  action: Action,
  work: (unit: Reader<R>) => Promise<T>,
): Promise<T> {
  requireAccess(repository.access, call.caller, action);
  return await call.database.read((db) => work(new Reader(db, repository, call)));
}

/** Read audit entries; 401 or 403 for anybody but an admin. */
export async function auditing<R extends Row, T>(
  call: Call,
  repository: Repository<R>,
  work: (unit: Reader<R>) => Promise<T>,
): Promise<T> {
  requireAdmin(call.caller);
  return await call.database.read((db) => work(new Reader(db, repository, call)));
}

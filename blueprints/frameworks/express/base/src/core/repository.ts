/**
 * Repositories: how the rows of one table are found, referred to and answered.
 *
 * A repository is declared once per table, with its options as arguments. Relations name their
 * target, so that two tables can refer to each other; repositories find each other by that name.
 */

import { type Access, allows, type Ownable } from "./access.ts";
import type { Caller } from "./caller.ts";
import type { Connection } from "./database.ts";
import { forShare } from "./driver.ts";
import type { AnyField, Fields, JsonObject, JsonValue, LinksTo, ReferenceTo } from "./fields.ts";
import { ListTable, type Selection } from "./listing.ts";
import { jsonName } from "./naming.ts";
import { DELETION, OWNER, ROW, type Row, type RowOf } from "./rows.ts";
import type { ConsentRule, Rule } from "./rules.ts";

/** What audit entries and approvals show of private values. */
export const MASK = "***";
export type Stored = Record<string, unknown>;

interface TargetOptions {
  readonly name: string;
  readonly table: string;
  /** Those of every answer come first. */
  readonly fields: Fields;
  readonly access: Access;
  readonly softDelete?: boolean;
  /** The columns of each unique key. */
  readonly unique?: readonly (readonly string[])[];
}

/** A row that others may refer to. */
export interface Identified extends Ownable {
  readonly id: string;
}

/** A table whose rows others may refer to. */
export class Target<R extends Identified> {
  static readonly known = new Map<string, Target<Identified>>();

  readonly name: string;
  readonly table: string;
  readonly fields: Fields;
  readonly access: Access;
  readonly softDelete: boolean;
  readonly unique: readonly (readonly string[])[];
  /** The fields that have a column, by key. */
  readonly columns: readonly (readonly [string, AnyField])[];
  /** The fields that callers see, by key. */
  readonly shown: readonly (readonly [string, AnyField])[];

  constructor(options: TargetOptions) {
    this.name = options.name;
    this.table = options.table;
    this.fields = options.fields;
    this.access = options.access;
    this.softDelete = options.softDelete ?? false;
    this.unique = options.unique ?? [];
    const all = Object.entries(this.fields);
    this.columns = all.filter(([, field]) => field.stored);
    this.shown = all.filter(([key, field]) => !field.traits.private && key !== "deletedAt");
    Target.known.set(this.name, this as unknown as Target<Identified>);
  }

  /** Find a target by its name. */
  static of(name: string): Target<Identified> {
    const found = Target.known.get(name);
    if (found === undefined) {
      throw new Error(`there is no table ${name}`);
    }
    return found;
  }

  /** A field by its key. */
  field(key: string): AnyField {
    const found = this.fields[key];
    if (found === undefined) {
      throw new Error(`${this.name} has no field ${key}`);
    }
    return found;
  }

  /** All rows; those that are softly deleted only when asked for. */
  select(db: Connection, deleted = false): Selection {
    const selection = db.selectFrom(this.table) as unknown as Selection;
    return this.softDelete && !deleted ? selection.where("deleted_at", "is", null) : selection;
  }

  /** A row as the driver gave it. */
  load(stored: Stored): R {
    const pairs = this.columns.map(([key, field]) => [key, field.load(stored[field.column])]);
    return Object.fromEntries(pairs) as R;
  }

  /** Values as the driver takes them, by column. */
  store(values: Readonly<Record<string, unknown>>): Stored {
    const stored: Stored = {};
    for (const [key, value] of Object.entries(values)) {
      const field = this.field(key);
      stored[field.column] = field.store(value);
    }
    return stored;
  }

  /** The rows with these ids that the caller may read; locked against deletion on demand. */
  async readable(
    db: Connection,
    caller: Caller,
    ids: readonly string[],
    options: { readonly lock?: boolean } = {},
  ): Promise<Map<string, R>> {
    const wanted = [...new Set(ids)];
    if (wanted.length === 0) {
      return new Map();
    }
    const found = this.select(db).selectAll().where("id", "in", wanted).orderBy("id");
    const stored = await (options.lock ? forShare(found) : found).execute();
    const rows = stored.map((each) => this.load(each as Stored));
    const seen = rows.filter((row) => allows(this.access, caller, "read", row));
    return new Map(seen.map((row) => [row.id, row]));
  }

  /** The rows as callers see them, with the ids of their links: one query per relation. */
  async answers(db: Connection, rows: readonly R[]): Promise<JsonObject[]> {
    const ids = rows.map((row) => row.id);
    const linked = new Map<string, Map<string, string[]>>();
    for (const [key, field] of this.shown) {
      if (field.traits.links !== undefined) {
        linked.set(key, await linksOf(db, field.traits.links, ids));
      }
    }
    return rows.map((row) => {
      const answer: JsonObject = {};
      for (const [key, field] of this.shown) {
        const links = linked.get(key);
        const value = links === undefined ? row[key as keyof R] : (links.get(row.id) ?? []);
        answer[field.json] = field.write(value);
      }
      return answer;
    });
  }
}

interface RepositoryOptions<R> extends TargetOptions {
  readonly path: string;
  readonly owned?: boolean;
  readonly audited?: boolean;
  /** The keys of the fields that lists can be filtered and sorted by, and that they search. */
  readonly filters?: readonly string[];
  readonly sort?: readonly string[];
  readonly search?: readonly string[];
  readonly cursor?: boolean;
  readonly rules?: readonly Rule<R>[];
  readonly consents?: readonly ConsentRule<R>[];
}

/** The repository of an entity with these fields. */
export function repositoryOf<F extends Fields>(
  options: RepositoryOptions<RowOf<F>> & { readonly fields: F },
): Repository<RowOf<F>> {
  return new Repository(options);
}

/** A many-to-one relation and the key of the field that holds it. */
export interface Reference extends ReferenceTo {
  readonly key: string;
  readonly field: AnyField;
}

/** A many-to-many relation and the key of the field that shows it. */
export interface Links extends LinksTo {
  readonly key: string;
  readonly field: AnyField;
}

/** A repository of some entity. */
export type AnyRepository = Repository<Row>;

/** The rows of one entity: the options of the entity are the arguments. */
export class Repository<R extends Row> extends Target<R> {
  readonly path: string;
  readonly audited: boolean;
  readonly rules: readonly Rule<R>[];
  readonly consents: readonly ConsentRule<R>[];
  readonly listing: ListTable;
  readonly references: readonly Reference[];
  readonly links: readonly Links[];
  /** Every reference by the name that `expand` takes. */
  readonly expandable: ReadonlyMap<string, Reference>;
  /** The fields that are declared, by key. */
  readonly declared: Fields;

  constructor(options: RepositoryOptions<R>) {
    const declared = options.fields;
    const owner = options.owned ? OWNER : {};
    const deletion = options.softDelete ? DELETION : {};
    super({ ...options, fields: { ...ROW, ...declared, ...owner, ...deletion } });
    this.declared = declared;
    this.path = options.path;
    this.audited = options.audited ?? false;
    this.rules = options.rules ?? [];
    this.consents = options.consents ?? [];
    const named = (keys: readonly string[] = []): AnyField[] => keys.map((key) => this.field(key));
    this.listing = new ListTable({
      id: ROW.id,
      filters: named(options.filters),
      sort: named(options.sort),
      search: named(options.search),
      cursor: options.cursor ?? false,
    });
    const all = Object.entries(declared);
    this.references = all.flatMap(([key, field]) => {
      const { reference } = field.traits;
      return reference === undefined ? [] : [{ ...reference, key, field }];
    });
    this.links = all.flatMap(([key, field]) => {
      const { links } = field.traits;
      return links === undefined ? [] : [{ ...links, key, field }];
    });
    this.expandable = new Map(this.references.map((each) => [jsonName(each.name), each]));
  }

  /** Every repository. */
  static all(): AnyRepository[] {
    return [...Target.known.values()].filter((each) => each instanceof Repository);
  }

  /** The reference that is held under this key. */
  reference(key: string): Reference {
    return found(this.references, key, this.name);
  }

  /** The links that are shown under this key. */
  linksUnder(key: string): Links {
    return found(this.links, key, this.name);
  }

  /** A stored value as audit entries show it; private ones are masked. */
  wire(key: string, value: unknown): JsonValue {
    if (value === null || value === undefined) {
      return null;
    }
    const field = this.field(key);
    return field.traits.private ? MASK : field.write(value);
  }

  /** What this row, or a new one, would be with these values; it is stored nowhere. */
  wouldBe(row: R | undefined, values: Readonly<Record<string, unknown>>): R {
    return { ...(row ?? this.defaults()), ...values } as R;
  }

  /** What a new row has before anybody says anything, by key. */
  private defaults(): Record<string, unknown> {
    const pairs = Object.entries(this.declared).map(([key, field]) => {
      const fallback = field.traits.fallback as (() => unknown) | undefined;
      return [key, fallback === undefined ? null : fallback()];
    });
    return Object.fromEntries(pairs);
  }

  /** The values of the declared fields of a row that have a column, by key. */
  state(row: R): Record<string, unknown> {
    const stored = Object.entries(this.declared).filter(([, field]) => field.stored);
    return Object.fromEntries(stored.map(([key]) => [key, row[key as keyof R]]));
  }

  /** Who refers to rows of this table. */
  referrers(): (readonly [AnyRepository, Reference])[] {
    return Repository.all().flatMap((each) =>
      each.references.filter(({ to }) => to === this.name).map((it) => [each, it] as const),
    );
  }

  /** Who links to rows of this table. */
  linkers(): (readonly [AnyRepository, Links])[] {
    return Repository.all().flatMap((each) =>
      each.links.filter(({ to }) => to === this.name).map((it) => [each, it] as const),
    );
  }
}

function found<T extends { readonly key: string }>(
  all: readonly T[],
  key: string,
  name: string,
): T {
  const match = all.find((each) => each.key === key);
  if (match === undefined) {
    throw new Error(`${name} has no relation ${key}`);
  }
  return match;
}

/** The ids that rows are linked to, sorted, by the id of the row. */
export async function linksOf(
  db: Connection,
  { table, here, there }: LinksTo,
  ids: readonly string[],
): Promise<Map<string, string[]>> {
  const linked = new Map<string, string[]>();
  if (ids.length === 0) {
    return linked;
  }
  const rows = await db
    .selectFrom(table)
    .select([here, there])
    .where(here, "in", ids)
    .orderBy(there)
    .execute();
  for (const row of rows as Stored[]) {
    const id = String(row[here]);
    linked.set(id, [...(linked.get(id) ?? []), String(row[there])]);
  }
  return linked;
}

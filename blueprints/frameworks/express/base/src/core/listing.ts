/** Lists: filters, search, order and pages. */

import type { Expression, ExpressionBuilder, SelectQueryBuilder, SqlBool } from "kysely";
import type { Tables } from "./database.ts";
import { contains, NULLS_NEED_WORDS } from "./driver.ts";
import { Fault } from "./errors.ts";
import { type AnyField, readBoolean } from "./fields.ts";
import { jsonName } from "./naming.ts";
import { knownName, type Query } from "./query.ts";

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;
const MAX_VALUES = 100;
const MAX_SEARCH = 1000;

export type Condition = (eb: ExpressionBuilder<Tables, string>) => Expression<SqlBool>;
export type Selection = SelectQueryBuilder<Tables, string, object>;
type Order = readonly { readonly field: AnyField; readonly down: boolean }[];
type Stored = Record<string, unknown>;

const COMPARISONS = { gte: ">=", gt: ">", lte: "<=", lt: "<" } as const;

/** One list as it was asked for. */
export interface ListQuery {
  readonly conditions: readonly Condition[];
  readonly sort: string;
  readonly order: Order;
  readonly limit: number;
  readonly offset: number;
  /** The place of the last row of the page before, one value for each part of the order. */
  readonly after: readonly unknown[] | undefined;
}

/** Whether this is a first page of everything. */
export function isPlain(wanted: ListQuery): boolean {
  return wanted.conditions.length === 0 && wanted.offset === 0 && wanted.after === undefined;
}

/** What stands beside the rows of a page. */
export type Frame =
  | { readonly total: number; readonly limit: number; readonly offset: number }
  | { readonly nextCursor: string | null };

interface Lists {
  readonly id: AnyField;
  readonly filters: readonly AnyField[];
  readonly sort: readonly AnyField[];
  readonly search: readonly AnyField[];
  /** Whether pages are continued by a cursor, which stays exact while rows come and go. */
  readonly cursor: boolean;
}

/** What the lists of a table understand. */
export class ListTable {
  readonly lists: Lists;

  constructor(lists: Lists) {
    this.lists = lists;
  }

  /** Take the parameters of a list; faults are noted in the query. */
  read(query: Query): ListQuery {
    const conditions = this.lists.filters.flatMap((field) => filters(query, field));
    if (this.lists.search.length > 0) {
      const search = query.take("q", (text) => this.searching(text));
      conditions.push(...(search === undefined ? [] : [search]));
    }
    const sort = query.take("sort", (text) => this.checkedSort(text)) ?? "";
    const order = this.order(sort);
    const limit = query.take("limit", (text) => digits(text, 1, MAX_LIMIT)) ?? DEFAULT_LIMIT;
    const { cursor } = this.lists;
    return {
      conditions,
      sort,
      order,
      limit,
      offset: cursor ? 0 : (query.take("offset", offset) ?? 0),
      after: cursor ? query.take("cursor", (text) => readCursor(text, sort, order)) : undefined,
    };
  }

  private searching(text: string): Condition {
    // As everywhere, a character outside the basic plane counts once.
    const length = [...text].length;
    if (length < 1 || length > MAX_SEARCH) {
      throw new Fault(length < 1 ? "min" : "max", `must have 1 to ${MAX_SEARCH} characters`);
    }
    return (eb) => eb.or(this.lists.search.map((field) => contains(eb.ref(field.column), text)));
  }

  private checkedSort(text: string): string {
    const known = this.lists.sort.map((field) => field.json);
    for (const each of text.split(",")) {
      knownName(each.replace(/^-/, ""), known);
    }
    return text;
  }

  private order(sort: string): Order {
    const chosen = sort.split(",").flatMap((each) => {
      const field = this.lists.sort.find((it) => it.json === each.replace(/^-/, ""));
      return field === undefined ? [] : [{ field, down: each.startsWith("-") }];
    });
    return [...chosen, { field: this.lists.id, down: false }];
  }

  /** The rows of one page, as stored, and what the answer says beside them. */
  async fetch(selection: Selection, wanted: ListQuery): Promise<[Stored[], Frame]> {
    let found = selection;
    for (const condition of wanted.conditions) {
      found = found.where(condition);
    }
    if (this.lists.cursor) {
      return await continued(found, wanted);
    }
    const counted = await found
      .select((eb) => eb.fn.countAll().as("total"))
      .executeTakeFirstOrThrow();
    const { limit, offset: skipped } = wanted;
    const rows = await ordered(found.selectAll(), wanted.order)
      .limit(limit)
      .offset(skipped)
      .execute();
    const total = Number((counted as Stored)["total"]);
    return [rows as Stored[], { total, limit, offset: skipped }];
  }
}

async function continued(found: Selection, wanted: ListQuery): Promise<[Stored[], Frame]> {
  const { after, order, limit } = wanted;
  const rest = after === undefined ? found : found.where(beyond(order, after));
  const rows = (await ordered(rest.selectAll(), order)
    .limit(limit + 1)
    .execute()) as Stored[];
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const more = rows.length > limit && last !== undefined;
  return [page, { nextCursor: more ? cursorOf(wanted, last) : null }];
}

function digits(text: string, low: number, high: number): number {
  if (!/^[0-9]+$/.test(text)) {
    throw new Fault("type", "must be a whole number in digits");
  }
  const number = Number(text);
  if (number < low || number > high) {
    throw new Fault(number < low ? "min" : "max", `must be from ${low} to ${high}`);
  }
  return number;
}

function offset(text: string): number {
  return digits(text, 0, Number.MAX_SAFE_INTEGER);
}

// --- filters --------------------------------------------------------------------------------

/** The conditions on one field. */
function filters(query: Query, field: AnyField): Condition[] {
  const { column, type } = field;
  const stored = (text: string): unknown => field.store(type.read(text));
  const found: (Condition | undefined)[] = [
    query.take<Condition>(field.json, (text) => {
      const value = stored(text);
      return (eb) => eb(column, "=", value);
    }),
    query.take<Condition>(`${field.json}.in`, (text) => {
      const values = text.split(",");
      if (values.length > MAX_VALUES) {
        throw new Fault("max", `must be at most ${MAX_VALUES} values`);
      }
      const wanted = values.map(stored);
      return (eb) => eb(column, "in", wanted);
    }),
  ];
  if (type.ordered) {
    for (const [name, operator] of Object.entries(COMPARISONS)) {
      const condition = query.take<Condition>(`${field.json}.${name}`, (text) => {
        const value = stored(text);
        return (eb) => eb(column, operator, value);
      });
      found.push(condition);
    }
  }
  if (field.traits.optional) {
    const condition = query.take<Condition>(`${field.json}.${jsonName("is_null")}`, (text) => {
      const operator = readBoolean(text) ? "is" : "is not";
      return (eb) => eb(column, operator, null);
    });
    found.push(condition);
  }
  return found.filter((each) => each !== undefined);
}

// --- order and cursors ----------------------------------------------------------------------

/** Nulls are lowest: first upwards, last downwards. */
function ordered(selection: Selection, order: Order): Selection {
  let found = selection;
  for (const { field, down } of order) {
    found = found.orderBy(field.column, (by) => {
      const direction = down ? by.desc() : by.asc();
      if (!NULLS_NEED_WORDS || !field.traits.optional) {
        return direction;
      }
      return down ? direction.nullsLast() : direction.nullsFirst();
    });
  }
  return found;
}

/** The rows after the last one: greater in some field, equal in all before it. */
function beyond(order: Order, last: readonly unknown[]): Condition {
  return (eb) => {
    const branches: Expression<SqlBool>[] = [];
    const equal: Expression<SqlBool>[] = [];
    order.forEach(({ field, down }, index) => {
      const value = last[index] ?? null;
      branches.push(eb.and([...equal, after(eb, field.column, down, value)]));
      equal.push(value === null ? eb(field.column, "is", null) : eb(field.column, "=", value));
    });
    return eb.or(branches);
  };
}

function after(
  eb: ExpressionBuilder<Tables, string>,
  column: string,
  down: boolean,
  value: unknown,
): Expression<SqlBool> {
  if (value === null) {
    return down ? eb.lit(false) : eb(column, "is not", null);
  }
  return down ? eb.or([eb(column, "<", value), eb(column, "is", null)]) : eb(column, ">", value);
}

/** Where the next page begins: the order, and this row's place in it. */
function cursorOf(wanted: ListQuery, row: Stored): string {
  const place = wanted.order.map(({ field }) => {
    const value: unknown = row[field.column] ?? null;
    return value === null ? null : String(field.write(field.load(value)));
  });
  return Buffer.from(JSON.stringify([wanted.sort, place])).toString("base64url");
}

function readCursor(text: string, sort: string, order: Order): unknown[] {
  try {
    const bytes = Buffer.from(text, "base64url");
    const [madeFor, place] = JSON.parse(bytes.toString()) as [unknown, unknown];
    const whole = Array.isArray(place) && place.length === order.length;
    if (madeFor !== sort || !whole || bytes.toString("base64url") !== text) {
      throw new Fault("format", "is of another list");
    }
    return order.map(({ field }, index) => placed(field, place[index]));
  } catch {
    throw new Fault("format", "must be a cursor of this list, with the same sort");
  }
}

function placed(field: AnyField, value: unknown): unknown {
  if (value === null && field.traits.optional) {
    return null;
  }
  if (typeof value !== "string" || value.includes("\0") || !value.isWellFormed()) {
    throw new Fault("format", "is no place");
  }
  return field.store(field.type.read(value));
}

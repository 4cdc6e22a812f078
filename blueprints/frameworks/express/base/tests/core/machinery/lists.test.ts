/** Lists: what a query string means, and pages of both kinds. */

import Big from "big.js";
import { expect } from "vitest";
import { ApiError, validationError } from "../../../src/core/errors.ts";
import { jsonName } from "../../../src/core/naming.ts";
import { Query } from "../../../src/core/query.ts";
import type { Page, Row } from "../../http.ts";
import { refused } from "./desk.ts";
import { test as plain } from "./fixtures.ts";
import { folders, notes } from "./resources.ts";

const FOLDER_ID = jsonName("folder_id");
const IS_NULL = jsonName("is_null");
const NEXT = jsonName("next_cursor");
const KEYS = ["text", "stars", "price", "done", "day"] as const;
type Key = (typeof KEYS)[number];
type Value = string | number | boolean | null;

/** A note; code points order texts, nulls come first. */
function note(text: string, stars: Value, price: Value, done: Value, day: Value) {
  return { text, stars, price, done, day };
}

const MADE: readonly Readonly<Record<Key, Value>>[] = [
  note("apple", 3, "10.00", true, "2026-01-02"),
  note("Apple", null, "9.50", false, null),
  note("100%", 3, null, false, "2025-12-31"),
  note("pear_", -1, "10.00", true, null),
  note("zoé", null, "-0.01", false, "2026-01-02"),
  note("Ä", 7, "9.50", true, "2026-01-01"),
];

const test = plain.extend("made", async ({ user }) => {
  const folder = await user.create(folders, { name: "f" });
  const rows: Row[] = [];
  for (const values of MADE) {
    rows.push(await user.create(notes, { ...values, [FOLDER_ID]: folder.id }));
  }
  return rows;
});

/** The rules that the parameters of a list of notes break. */
function faultsOf(text: string): Record<string, string> {
  const query = new Query(text);
  notes.listing.read(query);
  const { details } = validationError(query.finish());
  return Object.fromEntries(details.map(({ field, rule }) => [field, rule]));
}

/** Which of the notes a page holds. */
function numbers(page: Page, made: readonly Row[]): number[] {
  return page.items.map(({ id }) => made.findIndex((row) => row.id === id));
}

test.for<[query: string, found: number[]]>([
  ["", [0, 1, 2, 3, 4, 5]],
  ["text=apple", [0]],
  ["text.in=apple,pear_,x", [0, 3]],
  ["stars=3", [0, 2]],
  ["stars.gt=3", [5]],
  ["stars.gte=3", [0, 2, 5]],
  ["stars.lt=3", [3]],
  ["stars.lte=3&stars.gt=-1", [0, 2]],
  [`stars.${IS_NULL}=true`, [1, 4]],
  [`stars.${IS_NULL}=false&done=true`, [0, 3, 5]],
  ["price=10", [0, 3]],
  ["price.lt=9.5", [4]],
  ["price.in=-0.01,9.50", [1, 4, 5]],
  ["day.gte=2026-01-01", [0, 4, 5]],
  ["done=false", [1, 2, 4]],
  // The search folds ASCII letters, and no character in it means anything else.
  ["q=APPLE", [0, 1]],
  ["q=%25", [2]],
  ["q=_", [3]],
  ["q=z%6F%C3%A9", [4]],
  ["q=%C3%A4z", []],
])("filter %s", async ([query, found], { stranger, made }) => {
  expect(numbers(await stranger.page(notes, query), made)).toEqual(found);
});

function compare(key: Key, one: Value, other: Value): number {
  if (one === null || other === null) {
    return Number(one !== null) - Number(other !== null);
  }
  if (key === "price") {
    return new Big(String(one)).cmp(String(other));
  }
  return typeof one === "string"
    ? Buffer.from(one).compare(Buffer.from(String(other)))
    : Number(one) - Number(other);
}

/** The notes in this order; equal ones in that of their ids. */
function inOrder(sort: string): number[] {
  const keys = sort.split(",").filter((key) => key !== "");
  const places = MADE.map((values, number) => ({ values, number }));
  places.sort((one, other) => {
    for (const each of keys) {
      const key = each.replace("-", "") as Key;
      const order = compare(key, one.values[key], other.values[key]);
      if (order !== 0) {
        return each.startsWith("-") ? -order : order;
      }
    }
    return one.number - other.number;
  });
  return places.map(({ number }) => number);
}

const SORTS = [
  "",
  ...KEYS,
  ...KEYS.map((key) => `-${key}`),
  "-stars,price",
  "done,-day,-text",
  "-price,-stars",
];

test.for(SORTS)("pages by cursor, sorted by %j", async (sort, { stranger, made }) => {
  for (const limit of [1, 4, 6]) {
    const query = sort === "" ? `limit=${limit}` : `limit=${limit}&sort=${sort}`;
    const found: number[] = [];
    let page = await stranger.page(notes, query);
    while (page[NEXT] !== null) {
      expect(page.items).toHaveLength(limit);
      found.push(...numbers(page, made));
      page = await stranger.page(notes, `${query}&cursor=${String(page[NEXT])}`);
    }
    expect([...found, ...numbers(page, made)], query).toEqual(inOrder(sort));
  }
});

test("a cursor belongs to its sort", async ({ stranger, made }) => {
  const cursor = String((await stranger.page(notes, "limit=1&sort=text"))[NEXT]);
  const next = await stranger.page(notes, `sort=text&cursor=${cursor}`);
  expect(numbers(next, made)[0]).toBe(1);
  const other = stranger.page(notes, `sort=-text&cursor=${cursor}`);
  await refused(400, other, { cursor: "format" });
});

test.for([
  "",
  "x",
  "[]",
  "null",
  '["",[]]',
  '["",[null]]',
  '["",[5]]',
  '["",["x"]]',
  '["",["a\\u0000"]]',
  '["",["\\ud800"]]',
  '["",["01940000-0000-7000-8000-000000000000","x"]]',
  "[".repeat(5000),
])("nobody gave out the cursor %j", (content) => {
  const cursor = Buffer.from(content).toString("base64url");
  expect(faultsOf(`cursor=${cursor}`)).toEqual({ cursor: "format" });
});

test("a cursor has one spelling", async ({ stranger, made }) => {
  const content = JSON.stringify(["", [made[3]?.id]]);
  const cursor = Buffer.from(content).toString("base64url");
  expect(numbers(await stranger.page(notes, `cursor=${cursor}`), made)).toEqual([4, 5]);
  expect(faultsOf(`cursor=${cursor}%0A`)).toEqual({ cursor: "format" });
});

test("pages by offset", async ({ user, chief }) => {
  const made: Row[] = [];
  for (const name of ["b", "c", "a"]) {
    made.push(await user.create(folders, { name }));
  }
  const pages: [query: string, names: string, total: number, limit: number, offset: number][] = [
    ["", "bca", 3, 20, 0],
    ["sort=name", "abc", 3, 20, 0],
    ["sort=-name&limit=2", "cb", 3, 2, 0],
    ["limit=2&offset=2", "a", 3, 2, 2],
    ["offset=9007199254740991", "", 3, 20, Number.MAX_SAFE_INTEGER],
    ["name=b", "b", 1, 20, 0],
  ];
  for (const [query, names, total, limit, offset] of pages) {
    const { items, ...frame } = await user.page(folders, query);
    expect(items.map((row) => row["name"]).join("")).toBe(names);
    expect(frame).toEqual({ total, limit, offset });
  }
  const children = await chief.page(folders, `${jsonName("parent_id")}=${made[0]?.id}`);
  expect(children["total"]).toBe(0);
});

test.for<[query: string, faults: Record<string, string>]>([
  ["cursor=*", { cursor: "format" }],
  ["limit=0", { limit: "min" }],
  ["limit=101", { limit: "max" }],
  [`limit=${"9".repeat(5000)}`, { limit: "max" }],
  ["limit=+1", { limit: "type" }],
  ["limit=%D9%A1", { limit: "type" }],
  ["limit=1&limit=1", { limit: "repeated" }],
  ["offset=1", { offset: "unknown" }],
  ["sort=x", { sort: "enum" }],
  ["sort=text,", { sort: "enum" }],
  ["sort=--text", { sort: "enum" }],
  ["q=", { q: "min" }],
  [`q=${"x".repeat(1001)}`, { q: "max" }],
  ["q=%00", { q: "format" }],
  ["q=%FF", { q: "format" }],
  ["stars=x&done=1", { stars: "type", done: "type" }],
  ["stars.in=", { "stars.in": "type" }],
  [`stars.in=${Array(101).fill(1).join(",")}`, { "stars.in": "max" }],
  ["text.gt=a", { "text.gt": "unknown" }],
  ["day=2026-1-1&stars.lt=2147483648", { day: "format", "stars.lt": "max" }],
  [`done.${IS_NULL}=true`, { [`done.${IS_NULL}`]: "unknown" }],
  [`stars.${IS_NULL}=1`, { [`stars.${IS_NULL}`]: "type" }],
  ["%FF=1", { "": "unknown" }],
  ["__proto__=1&constructor=1", { ["__proto__"]: "unknown", constructor: "unknown" }],
])("query %s", ([query, faults]) => {
  expect(faultsOf(query)).toEqual(faults);
});

test("a query by itself", () => {
  const query = new Query("&a=1+2&&b=c%3Dd=e&flag=true&names=x,y&f");
  const text = (it: string): string => it;
  expect(query.take("a", text)).toBe("1 2");
  expect(query.take("a", text)).toBeUndefined();
  expect(query.take("b", text)).toBe("c=d=e");
  expect([query.flag("flag"), query.flag("other")]).toEqual([true, false]);
  expect(query.names("names", ["y", "x"])).toEqual(["x", "y"]);
  let error: unknown;
  try {
    query.requireValid();
  } catch (caught) {
    error = caught;
  }
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ status: 400, details: [{ field: "f", rule: "unknown" }] });
});

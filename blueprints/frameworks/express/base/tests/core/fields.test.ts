/** What each field type accepts, refuses and answers. */

import Big from "big.js";
import { expect, test } from "vitest";
import { z } from "zod";
import { Fault } from "../../src/core/errors.ts";
import * as field from "../../src/core/fields.ts";
import { Numeral } from "../../src/core/numbers.ts";

const ID = "0194f0a1-0000-7000-8000-00000000abcd";
const column = "it";
const integer = field.integer({ column });
const long = field.long({ column });
const float = field.float({ column });
const money = field.decimal({ column, precision: 5, scale: 2 });
const whole = field.decimal({ column, precision: 3, scale: 0 });
const small = field.decimal({ column, precision: 2, scale: 2 });
const day = field.date({ column });
const moment = field.datetime({ column });
const mail = field.email({ column });
const address = field.url({ column });
const json = field.json({ column });
const flag = field.boolean({ column });
const uuid = field.uuid({ column });
const code = field.string({ column, min: 2, max: 4, pattern: "^\\w+$" });
const colour = field.choice({ column, values: ["red", "blue"] });
const links = field.links({ name: "tag_ids", to: "Tag", table: "x", here: "a", there: "b" });

function number(digits: string): Numeral {
  return new Numeral(digits);
}

/** What becomes of a value; the rule that it breaks otherwise. */
function checked(of: field.AnyField, value: unknown): unknown {
  const result = z.safeParse(of.type.schema, value);
  return result.success ? result.data : { rule: result.error.issues.map(field.ruleOf)[0] };
}

/** What becomes of a query parameter; the rule that it breaks otherwise. */
function read(of: field.AnyField, text: string): unknown {
  try {
    return of.type.read(text);
  } catch (error) {
    return { rule: error instanceof Fault ? error.rule : error };
  }
}

type Case = readonly [of: field.AnyField, value: unknown, found: unknown];

function named(cases: readonly Case[]): { name: string; it: Case }[] {
  return cases.map((it) => {
    const value = it[1] instanceof Numeral ? it[1].digits : JSON.stringify(it[1]);
    return { name: `${it[0].type.kind} ${value?.slice(0, 40)}`, it };
  });
}

const ACCEPTED: readonly Case[] = [
  [code, "ab", "ab"],
  [code, "abcd", "abcd"],
  [field.string({ column, max: 2 }), "😀😀", "😀😀"],
  [field.string({ column, max: 6 }), " a\t b ", " a\t b "],
  [field.text({ column }), "x".repeat(10_000), "x".repeat(10_000)],
  [integer, 2 ** 31 - 1, 2 ** 31 - 1],
  [integer, -(2 ** 31), -(2 ** 31)],
  [integer, number("5.0"), 5],
  [integer, number("5e2"), 500],
  [integer, number("0e-400"), 0],
  [integer, number("-0"), 0],
  [long, 2 ** 53 - 1, 2 ** 53 - 1],
  [long, -(2 ** 53) + 1, -(2 ** 53) + 1],
  [field.integer({ column, min: 1, max: 3 }), 1, 1],
  [field.integer({ column, min: 1, max: 3 }), 3, 3],
  [field.integer({ column, above: 1, below: 3 }), 2, 2],
  [float, 1, 1],
  [float, number("1e308"), 1e308],
  [float, number("1e-400"), 0],
  [money, "999.99", new Big("999.99")],
  [money, number("1e2"), new Big("100")],
  [money, "1.50000", new Big("1.50")],
  [money, "-0", new Big(0)],
  [money, 7, new Big(7)],
  [whole, "999.0", new Big(999)],
  [small, "-0.99", new Big("-0.99")],
  // The nearest double of 0.1 is a little more than it.
  [field.decimal({ column, max: "0.1" }), number("0.1"), new Big("0.1")],
  [flag, false, false],
  [day, "2024-02-29", "2024-02-29"],
  [field.date({ column, min: "2026-01-01", max: "2026-12-31" }), "2026-12-31", "2026-12-31"],
  [moment, "2026-01-01t01:30:00.98765+01:30", new Date("2026-01-01T00:00:00.987Z")],
  [moment, "2025-12-31T23:30:00-00:30", new Date("2026-01-01T00:00:00Z")],
  [moment, "2026-01-01T00:00:00z", new Date("2026-01-01T00:00:00Z")],
  [moment, "0001-01-01T00:00:00Z", new Date("0001-01-01T00:00:00Z")],
  [uuid, ID.toUpperCase(), ID],
  [mail, "\tAda@Example.COM\n", "ada@example.com"],
  [address, "https://a@[::1]:80/x?y#z", "https://a@[::1]:80/x?y#z"],
  [colour, "red", "red"],
  [json, { a: [number("1.5"), null, { b: "c" }] }, { a: [1.5, null, { b: "c" }] }],
  [links, [ID.toUpperCase()], [ID]],
];

test.for(named(ACCEPTED))("$name is accepted", ({ it: [of, value, kept] }) => {
  expect(checked(of, value)).toEqual(kept);
});

const REFUSED: readonly Case[] = [
  [code, 5, "type"],
  [code, "a", "min"],
  [code, "abcde", "max"],
  [code, "a-b", "pattern"],
  // The end of the text is not the end of its line.
  [code, "ab\n", "pattern"],
  [code, "a\0", "format"],
  [field.string({ column }), "x".repeat(256), "max"],
  [field.text({ column }), "x".repeat(10_001), "max"],
  [integer, "5", "type"],
  [integer, true, "type"],
  [integer, number("0.5"), "type"],
  [integer, number("1e-999999"), "type"],
  [integer, number("1e999999"), "max"],
  [integer, 2 ** 31, "max"],
  [integer, -(2 ** 31) - 1, "min"],
  [long, 2 ** 53, "max"],
  [long, -(2 ** 53), "min"],
  [long, number("9007199254740993"), "max"],
  [field.integer({ column, min: 1 }), 0, "min"],
  [field.integer({ column, max: 1 }), 2, "max"],
  [field.integer({ column, above: 1 }), 1, "above"],
  [field.integer({ column, below: 1 }), 1, "below"],
  [float, "1.5", "type"],
  [float, number("1e309"), "max"],
  [float, number(`-1${"0".repeat(400)}`), "min"],
  [field.float({ column, above: 0 }), 0, "above"],
  [money, "1e3", "format"],
  [money, "1.", "format"],
  [money, true, "type"],
  [money, "0.001", "scale"],
  [money, "1000", "max"],
  [money, "-1000", "min"],
  [whole, "0.5", "scale"],
  [small, "1", "max"],
  [field.decimal({ column, above: "0" }), "0", "above"],
  [field.decimal({ column, below: "1" }), "1", "below"],
  [field.decimal({ column, min: "0.10" }), "0.09", "min"],
  [field.decimal({ column, max: "0.10" }), "0.11", "max"],
  [money, number("1e-999999"), "scale"],
  [flag, 1, "type"],
  [flag, "true", "type"],
  [day, "2026-02-30", "format"],
  [day, "0999-01-01", "format"],
  [day, "20260101", "format"],
  [field.date({ column, min: "2026-01-01" }), "2025-12-31", "min"],
  [field.date({ column, max: "2026-01-01" }), "2026-01-02", "max"],
  [moment, "2026-01-01T00:00:00", "format"],
  [moment, "2026-01-01T24:00:00Z", "format"],
  [moment, "2026-01-01T00:00:60Z", "format"],
  [moment, "2026-02-30T00:00:00Z", "format"],
  [moment, "2026-01-01T00:00:00+24:00", "format"],
  [moment, "2026-01-01T00:00:00+00:60", "format"],
  [moment, "0001-01-01T00:00:00+01:00", "format"],
  [moment, "9999-12-31T23:59:59-01:00", "format"],
  [field.datetime({ column, min: "2026-01-01T00:00:00Z" }), "2025-12-31T23:59:59Z", "min"],
  [field.datetime({ column, max: "2026-01-01T00:00:00Z" }), "2026-01-01T00:00:00.001Z", "max"],
  [uuid, ID.replaceAll("-", ""), "format"],
  [uuid, `${ID}\n`, "format"],
  // The sign for kelvin, whose lower case is a plain k.
  [mail, "\u212aa@example.com", "format"],
  [mail, "a@example", "format"],
  [mail, `${"a".repeat(243)}@example.com`, "max"],
  [address, "ftp://example.com", "format"],
  [address, "https://", "format"],
  [address, "https://example.com/a b", "format"],
  [address, `https://example.com/${"x".repeat(2029)}`, "max"],
  [colour, "red\0", "format"],
  [colour, "Red", "enum"],
  [json, [], "type"],
  [json, 5, "type"],
  [json, { "a\0": 1 }, "format"],
  [json, { a: [{ b: "\0" }] }, "format"],
  [json, { a: number("1e999") }, "max"],
  [links, "x", "type"],
  [links, ["x"], "format"],
  [links, Array(1001).fill(ID), "max"],
];

test.for(named(REFUSED))("$name is refused", ({ it: [of, value, rule] }) => {
  expect(checked(of, value)).toEqual({ rule });
});

const READ: readonly (readonly [of: field.AnyField, text: string, value: unknown])[] = [
  [code, "a longer text than the field may have", "a longer text than the field may have"],
  [field.integer({ column, min: 10 }), "-5.0", -5],
  [float, "1.5e3", 1500],
  [field.decimal({ column, above: "5" }), "0.5", new Big("0.5")],
  [flag, "true", true],
  [flag, "false", false],
  [field.date({ column, min: "2026-01-01" }), "2020-01-01", "2020-01-01"],
  [moment, "2026-01-01T00:00:00Z", new Date("2026-01-01T00:00:00Z")],
  [uuid, ID.toUpperCase(), ID],
  [mail, " A@example.com", "a@example.com"],
  [colour, "blue", "blue"],
];

test.for(named(READ))(
  "$name is read from a query: limits say what is stored, not what may be looked for",
  ({ it: [of, text, value] }) => {
    expect(read(of, String(text))).toEqual(value);
  },
);

const UNREADABLE: readonly Case[] = [
  [code, "\0", "format"],
  [integer, "1e3", "type"],
  [integer, " 1", "type"],
  [integer, "1_0", "type"],
  [integer, "1.5", "type"],
  [integer, "2147483648", "max"],
  [float, "nan", "type"],
  [float, "1e999", "max"],
  [money, "x", "type"],
  [money, "0.001", "scale"],
  [flag, "1", "type"],
  [day, "today", "format"],
  [colour, "green", "enum"],
  [json, "{}", "type"],
  [links, ID, "type"],
];

test.for(named(UNREADABLE))("$name is refused in a query", ({ it: [of, text, rule] }) => {
  expect(read(of, String(text))).toEqual({ rule });
});

const WRITTEN: readonly Case[] = [
  [code, "ab", "ab"],
  [money, new Big(5), "5.00"],
  [whole, new Big(5), "5"],
  [field.decimal({ column, precision: 18, scale: 4 }), new Big("1e13"), "10000000000000.0000"],
  [day, "2026-01-31", "2026-01-31"],
  [moment, new Date("0026-01-02T03:04:05.006Z"), "0026-01-02T03:04:05.006Z"],
  [uuid, ID, ID],
  [colour, "red", "red"],
  [links, [ID], [ID]],
  [integer, null, null],
];

test.for(named(WRITTEN))("$name is written", ({ it: [of, value, written] }) => {
  expect(of.write(value)).toEqual(written);
});

test("lists keep what is answered", () => {
  const list = field.list({ column, item: money, maxItems: 2 });
  expect(checked(list, ["1", number("2.5")])).toEqual(["1.00", "2.50"]);
  expect(checked(list, [])).toEqual([]);
  const refused = [[1, 2, 3], "12", [null], ["x"], null].map((value) => checked(list, value));
  expect(refused).toEqual(
    ["max", "type", "required", "format", "required"].map((rule) => ({ rule })),
  );
});

test("a required field is not null", () => {
  expect([null, undefined].map((value) => checked(integer, value))).toEqual([
    { rule: "required" },
    { rule: "required" },
  ]);
});

test("defaults are made anew each time, of any type", () => {
  const options = field.json({ column, default: { a: [1] } });
  const [one, other] = [options.traits.fallback?.(), options.traits.fallback?.()];
  expect(one).toEqual({ a: [1] });
  expect(one).not.toBe(other);
  const price = field.decimal({ column, default: new Big("0.10") });
  expect(price.write(price.traits.fallback?.())).toBe("0.10");
  const since = field.datetime({ column, default: new Date(0) });
  expect(since.write(since.traits.fallback?.())).toBe("1970-01-01T00:00:00.000Z");
  expect(field.string({ column, optional: true }).traits.fallback?.()).toBeNull();
  expect(field.string({ column }).traits.fallback).toBeUndefined();
});

test("defaults of now", () => {
  const before = Date.now();
  const made = field.now();
  expect(made.getTime()).toBeGreaterThanOrEqual(before);
  expect([made, field.now()].map((each) => each.toISOString().slice(0, 10))).toContain(
    field.today(),
  );
});

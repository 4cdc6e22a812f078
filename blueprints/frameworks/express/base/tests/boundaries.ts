/** Values on either side of every limit of a field, with the rule that the wrong ones break. */

import Big from "big.js";
import type { JsonValue } from "../src/core/fields.ts";
import type { Field } from "./table.ts";

const STRINGS = ["string", "text", "email", "url", "enum", "uuid", "date", "datetime"];
const FORMATTED = ["email", "url", "uuid", "date", "datetime"];
const NUL = "\0";

/** A right value, and what is answered for it. */
export interface Right {
  readonly value: JsonValue;
  readonly answer: JsonValue;
}

/** A wrong value, and the place and the rule that are named. */
export interface Wrong {
  readonly value: JsonValue;
  readonly place: string;
  readonly rule: string;
}

function same(value: JsonValue): Right {
  return { value, answer: value };
}

/** Right values, each with its answer. */
export function right(field: Field): Right[] {
  const [first = null] = field.samples;
  if (field.many) {
    return [same(Array(Math.min(field.maxItems ?? 0, 3)).fill(first))];
  }
  return [...field.samples.map(same), ...within(field, first)];
}

function within(field: Field, first: JsonValue): Right[] {
  switch (field.type) {
    case "string":
    case "text":
      return field.pattern
        ? []
        : [same("é".repeat(Number(field.low ?? 0))), same("😀".repeat(longest(field)))];
    case "integer":
    case "long":
      return wholeLimits(field).map(same);
    case "decimal":
      return decimalLimits(field)
        .map((limit) => limit.toFixed(field.scale))
        .flatMap((text) => [same(text), { value: field.scale ? `${text}00` : text, answer: text }]);
    case "uuid":
      return [{ value: String(first).toUpperCase(), answer: first }];
    case "email":
      return [{ value: ` ${String(first).toUpperCase()} `, answer: first }];
    case "datetime":
      return field.low === undefined && field.high === undefined
        ? [{ value: "2026-01-01T01:30:00.98765+01:30", answer: "2026-01-01T00:00:00.987Z" }]
        : [];
    default:
      return [];
  }
}

/** Wrong values, each with the place and the rule that it breaks. */
export function wrong(field: Field): Wrong[] {
  const { key } = field;
  const all = wrongItems(field);
  if (!field.many) {
    return all.map(([value, rule]) => ({ value, place: key, rule }));
  }
  const [first = null] = field.samples;
  return [
    { value: "x", place: key, rule: "type" },
    { value: Array((field.maxItems ?? 0) + 1).fill(first), place: key, rule: "max" },
    ...all.map(([value, rule]) => ({ value: [first, value], place: `${key}[1]`, rule })),
  ];
}

type Broken = [value: JsonValue, rule: string];

/** Wrong values of the type itself. */
function wrongItems(field: Field): Broken[] {
  const { type } = field;
  const found: Broken[] = [[type === "json" ? [] : {}, "type"]];
  if (STRINGS.includes(type)) {
    found.push([5, "type"]);
  }
  if (STRINGS.includes(type) && type !== "enum") {
    found.push([`x${NUL}`, "format"]);
  }
  if (FORMATTED.includes(type)) {
    found.push(["nonsense", "format"]);
  }
  return [...found, ...beyond(field)];
}

function beyond(field: Field): Broken[] {
  switch (field.type) {
    case "string":
    case "text": {
      const low = Number(field.low ?? 0);
      const short: Broken[] = low > 0 ? [["x".repeat(low - 1), "min"]] : [];
      return [...short, ["x".repeat(longest(field) + 1), "max"]];
    }
    case "enum":
      return [["nonsense", "enum"]];
    case "boolean":
      return [
        [1, "type"],
        ["true", "type"],
      ];
    case "integer":
    case "long":
      return beyondWhole(field);
    case "decimal":
      return beyondDecimal(field);
    case "json":
      return [[{ x: NUL }, "format"]];
    default:
      return [];
  }
}

function beyondWhole(field: Field): Broken[] {
  const [low, high] = wholeLimits(field);
  return [
    ["5", "type"],
    [0.5, "type"],
    [true, "type"],
    [low - 1, lowRule(field)],
    [high + 1, highRule(field)],
  ];
}

function beyondDecimal(field: Field): Broken[] {
  const [low, high] = decimalLimits(field);
  const step = stepOf(field);
  return [
    [low.minus(step).toFixed(), lowRule(field)],
    [high.plus(step).toFixed(), highRule(field)],
    [`1.${"0".repeat(field.scale ?? 0)}1`, "scale"],
    ["1e3", "format"],
  ];
}

function lowRule(field: Field): string {
  return field.above === undefined ? "min" : "above";
}

function highRule(field: Field): string {
  return field.below === undefined ? "max" : "below";
}

function longest(field: Field): number {
  return Number(field.high ?? (field.type === "string" ? 255 : 10_000));
}

function wholeLimits(field: Field): [low: number, high: number] {
  const widest = field.type === "integer" ? 2 ** 31 - 1 : Number.MAX_SAFE_INTEGER;
  const lowest = field.type === "integer" ? -widest - 1 : -widest;
  const low = Math.max(Number(field.low ?? lowest), Number(field.above ?? lowest - 1) + 1);
  const high = Math.min(Number(field.high ?? widest), Number(field.below ?? widest + 1) - 1);
  return [low, high];
}

function stepOf({ scale = 2 }: Field): Big {
  return new Big(`1e-${scale}`);
}

function decimalLimits(field: Field): [low: Big, high: Big] {
  const { precision = 12, scale = 2, low, high, above, below } = field;
  const step = stepOf(field);
  const widest = new Big(`1e${precision - scale}`).minus(step);
  const lowest = above === undefined ? new Big(low ?? widest.neg()) : new Big(above).plus(step);
  const highest = below === undefined ? new Big(high ?? widest) : new Big(below).minus(step);
  return [lowest, highest];
}

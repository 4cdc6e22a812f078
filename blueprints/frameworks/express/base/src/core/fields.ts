/**
 * The field types: what each accepts from JSON and from a query, how it is stored and answered.
 *
 * An entity declares its fields with them, `price: field.decimal({ column: "price", above: "0" })`.
 * They are strict: nothing is converted that the sender did not mean. What breaks a rule is thrown
 * as a `Fault`, whose rule (`min`, `format`, …) is what clients compare.
 */

import Big from "big.js";
import { z } from "zod";
import { storage } from "./driver.ts";
import { Fault, type Rule } from "./errors.ts";
import { jsonName } from "./naming.ts";
import { exact, isNumber } from "./numbers.ts";
import { compilePattern } from "./patterns.ts";
import type { Codec } from "./storage.ts";

const MAX_INTEGER = 2 ** 31 - 1;
const MAX_LONG = Number.MAX_SAFE_INTEGER;
const MAX_URL = 2048;
const MAX_EMAIL = 254;
export const MAX_LINKS = 1000;

export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;
export type JsonObject = { [key: string]: JsonValue };

/** A type of values. */
export interface FieldType<T> extends Codec<T> {
  /** Turns a JSON value into a value. */
  readonly schema: z.ZodType<T>;
  /** Turn the text of a query parameter into a value; limits of the field do not count. */
  read(text: string): T;
  /** Turn a value into a JSON value. */
  write(value: T): JsonValue;
  /** Whether lists can ask for values before or after another. */
  readonly ordered: boolean;
  /** What the type is called; `json` is merged by patches, a `list` cannot be filtered. */
  readonly kind: string;
}

/** A relation that a field holds the key of. */
export interface ReferenceTo {
  readonly name: string;
  readonly to: string;
  readonly onDelete: "restrict" | "cascade" | "set_null";
}

/** Links to rows of another table, in a table of their own. */
export interface LinksTo {
  readonly to: string;
  readonly table: string;
  /** The column of this side, and that of the other. */
  readonly here: string;
  readonly there: string;
}

/** What any field can be beyond its type. */
interface Options<T> {
  /** Where it is kept; its JSON key is made of it, too. */
  readonly column: string;
  /** It may be null, and is when nothing is said. */
  readonly optional?: boolean;
  /** What it is when nothing is said. */
  readonly default?: T | (() => T);
  /** Accepted, never shown. */
  readonly private?: boolean;
  /** Shown, never accepted. */
  readonly readOnly?: boolean;
}

type Optional<T, O> = O extends { readonly optional: true } ? T | null : T;

/** What the types know of a field that nobody sees. */
interface Hidden {
  readonly traits: { readonly private: true };
}

/** A field with these options. */
type Defined<T, O> = Field<Optional<T, O>> &
  (O extends { readonly private: true } ? Hidden : unknown);

interface Traits {
  readonly optional: boolean;
  readonly private: boolean;
  readonly readOnly: boolean;
  readonly fallback: (() => unknown) | undefined;
  readonly reference: ReferenceTo | undefined;
  readonly links: LinksTo | undefined;
}

/** A field of an entity: its column, its type, and what is special about it. */
export class Field<T> {
  readonly column: string;
  readonly type: FieldType<NonNullable<T>>;
  readonly traits: Traits;
  /** The JSON key. */
  readonly json: string;

  constructor(column: string, type: FieldType<NonNullable<T>>, traits: Traits) {
    this.column = column;
    this.type = type;
    this.traits = traits;
    this.json = jsonName(column);
  }

  /** Whether it has a column in the entity's own table. */
  get stored(): boolean {
    return this.traits.links === undefined;
  }

  /** What is sent to the driver. */
  store(value: unknown): unknown {
    return value === null || value === undefined ? null : this.type.store(value as NonNullable<T>);
  }

  /** What the driver gave back. */
  load(value: unknown): T {
    return (value === null || value === undefined ? null : this.type.load(value)) as T;
  }

  /** As it is answered. */
  write(value: unknown): JsonValue {
    return value === null || value === undefined ? null : this.type.write(value as NonNullable<T>);
  }
}

function define<T, const O extends Options<T>>(
  type: FieldType<T>,
  options: O,
  relation: Partial<Pick<Traits, "reference" | "links">> = {},
): Defined<T, O> {
  const { column, optional = false, default: given } = options;
  const make = typeof given === "function" ? (given as () => T) : () => copyOf(given);
  const fallback = optional && given === undefined ? () => null : make;
  const traits: Traits = {
    optional,
    private: options.private ?? false,
    readOnly: options.readOnly ?? false,
    fallback: optional || given !== undefined ? fallback : undefined,
    reference: relation.reference,
    links: relation.links,
  };
  const field = new Field(column, type as FieldType<NonNullable<Optional<T, O>>>, traits);
  return field as Defined<T, O>;
}

/** Nobody may change the default of the next row; a decimal never changes. */
function copyOf<T>(value: T): T {
  return value instanceof Big ? value : structuredClone(value);
}

// biome-ignore lint/suspicious/noExplicitAny: a table of fields of every type
export type AnyField = Field<any>;
export type Fields = Readonly<Record<string, AnyField>>;
export type ValueOf<F> = F extends Field<infer T> ? T : never;
/** The values of a table of fields. */
export type ValuesOf<F extends Fields> = { -readonly [K in keyof F]: ValueOf<F[K]> };
/** The values of those fields of a table that callers see. */
export type ShownOf<F extends Fields> = {
  -readonly [K in keyof F as F[K] extends Hidden ? never : K]: ValueOf<F[K]>;
};

interface Scalar<T> extends Omit<FieldType<T>, "schema"> {
  /** Turn a JSON value into a value; throws the first rule that it breaks. */
  check(value: unknown): T;
}

/** A type whose values are checked as a whole. */
function scalar<T>({ check, ...type }: Scalar<T>): FieldType<T> {
  const schema = present.transform((value, context): T => {
    try {
      return check(value);
    } catch (error) {
      if (!(error instanceof Fault)) {
        throw error;
      }
      context.issues.push(issue(error, value));
      return z.NEVER;
    }
  });
  return { ...type, schema: schema as unknown as z.ZodType<T> };
}

/** Anything but nothing. */
const present = z.unknown().check(({ value, issues }) => {
  if (value === undefined) {
    issues.push(issue(new Fault("required", "must be given"), value));
  } else if (value === null) {
    issues.push(issue(new Fault("required", "must not be null"), value));
  }
});

function issue({ rule, message }: Fault, input: unknown): z.core.$ZodRawIssue {
  return { code: "custom", message, params: { rule }, input };
}

// --- text -----------------------------------------------------------------------------------

/** A string without NUL, which no database keeps. */
function textOf(value: unknown): string {
  if (typeof value !== "string") {
    throw new Fault("type", "must be a string");
  }
  if (value.includes("\0")) {
    throw new Fault("format", "must not contain NUL");
  }
  return value;
}

/** How many code points a text has. */
function lengthOf(text: string): number {
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    // The second half of a pair belongs to the first.
    if (unit < 0xdc00 || unit > 0xdfff) {
      length++;
    }
  }
  return length;
}

interface TextLimits {
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
}

function textType(limits: TextLimits & { readonly max: number }): FieldType<string> {
  const { min = 0, max, pattern } = limits;
  const compiled = pattern === undefined ? undefined : compilePattern(pattern);
  return scalar({
    ...storage.text,
    kind: "text",
    ordered: false,
    check(value) {
      const text = textOf(value);
      const length = lengthOf(text);
      if (length < min) {
        throw new Fault("min", `must have at least ${min} characters`);
      }
      if (length > max) {
        throw new Fault("max", `must have at most ${max} characters`);
      }
      if (compiled !== undefined && !compiled.test(text)) {
        throw new Fault("pattern", `must match ${pattern}`);
      }
      return text;
    },
    read: textOf,
    write: (value) => value,
  });
}

/** Text whose length is counted in Unicode code points; `pattern` searches. */
export function string<const O extends TextLimits & Options<string>>(
  options: O,
): Defined<string, O> {
  return define(textType({ max: 255, ...options }), options);
}

/** Long text. */
export function text<const O extends TextLimits & Options<string>>(options: O): Defined<string, O> {
  return define(textType({ max: 10_000, ...options }), options);
}

const LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";
// https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address, with at least one dot.
const EMAIL = new RegExp(`^[a-zA-Z0-9.!#$%&'*+/=?^_\`{|}~-]+@${LABEL}(?:\\.${LABEL})+$`);
const NO_SPACE = "\\s\\x00-\\x1f\\x7f-\\x9f";
// A scheme, perhaps a user, a host that is not empty, perhaps a port; then anything visible.
const URL_FORM = new RegExp(
  `^https?://(?:[^${NO_SPACE}/?#@]*@)?(?:\\[[0-9a-fA-F:.]+\\]|[^${NO_SPACE}/?#@:\\[\\]]+)` +
    `(?::[0-9]*)?(?:[/?#][^${NO_SPACE}]*)?$`,
  "u",
);
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function formatted(
  kind: string,
  read: (text: string) => string,
  codec: Codec<string> = storage.text,
): FieldType<string> {
  return scalar({
    ...codec,
    kind,
    ordered: false,
    check: (value) => read(textOf(value)),
    read,
    write: (value) => value,
  });
}

export const uuidType = formatted(
  "uuid",
  (text) => {
    if (!UUID.test(text)) {
      throw new Fault("format", "must be a UUID");
    }
    return text.toLowerCase();
  },
  storage.uuid,
);

const emailType = formatted("email", (text) => {
  const address = text.replace(/^[ \t\r\n\f]+|[ \t\r\n\f]+$/g, "");
  if (!EMAIL.test(address)) {
    throw new Fault("format", "must be an e-mail address");
  }
  if (address.length > MAX_EMAIL) {
    throw new Fault("max", `must have at most ${MAX_EMAIL} characters`);
  }
  return address.toLowerCase();
});

const urlType = formatted("url", (text) => {
  if (!URL_FORM.test(text)) {
    throw new Fault("format", "must be an address such as https://example.com");
  }
  if (lengthOf(text) > MAX_URL) {
    throw new Fault("max", `must have at most ${MAX_URL} characters`);
  }
  return text;
});

/** A UUID as 8-4-4-4-12 hexadecimal digits; answered in lower case. */
export function uuid<const O extends Options<string>>(options: O): Defined<string, O> {
  return define(uuidType, options);
}

/** An e-mail address, trimmed and in lower case. */
export function email<const O extends Options<string>>(options: O): Defined<string, O> {
  return define(emailType, options);
}

/** An `http` or `https` address with a host. */
export function url<const O extends Options<string>>(options: O): Defined<string, O> {
  return define(urlType, options);
}

/** One of the values of an enumeration. */
export function choice<V extends string, const O extends Options<V>>(
  options: O & { readonly values: readonly V[] },
): Defined<V, O> {
  const { values } = options;
  const read = (text: string): V => {
    const found = values.find((each) => each === text);
    if (found === undefined) {
      throw new Fault("enum", `must be one of ${values.join(", ")}`);
    }
    return found;
  };
  const type = scalar<V>({
    store: storage.text.store,
    load: (value) => storage.text.load(value) as V,
    kind: "enum",
    ordered: false,
    check: (value) => read(textOf(value)),
    read,
    write: (value) => value,
  });
  return define<V, O>(type, options);
}

// --- numbers --------------------------------------------------------------------------------

interface NumberLimits<B> {
  readonly min?: B;
  readonly max?: B;
  readonly above?: B;
  readonly below?: B;
}

const DECIMAL = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?$/;

function numberOf(value: unknown): Big {
  if (!isNumber(value)) {
    throw new Fault("type", "must be a number");
  }
  return exact(value);
}

function numeralOf(text: string): Big {
  if (!DECIMAL.test(text)) {
    throw new Fault("type", "must be a number");
  }
  return new Big(text);
}

/** Throw the first of min, max, above, below that a value breaks. */
function bound(value: Big, limits: NumberLimits<number | string>): void {
  const { min, max, above, below } = limits;
  if (min !== undefined && value.lt(min)) {
    throw new Fault("min", `must be at least ${min}`);
  }
  if (max !== undefined && value.gt(max)) {
    throw new Fault("max", `must be at most ${max}`);
  }
  if (above !== undefined && value.lte(above)) {
    throw new Fault("above", `must be greater than ${above}`);
  }
  if (below !== undefined && value.gte(below)) {
    throw new Fault("below", `must be less than ${below}`);
  }
}

function wholeType(
  limits: NumberLimits<number>,
  lowest: number,
  highest: number,
  codec: Codec<number>,
): FieldType<number> {
  const whole = (value: Big): number => {
    // Judged by its digits and exponent, not written out: 1e999999 would fill the memory.
    if (value.c.length > value.e + 1 && !value.eq(0)) {
      throw new Fault("type", "must be a whole number");
    }
    bound(value, { min: lowest, max: highest });
    // No number below zero is zero.
    return value.toNumber() + 0;
  };
  return scalar({
    ...codec,
    kind: "integer",
    ordered: true,
    check(value) {
      const number = whole(numberOf(value));
      bound(new Big(number), limits);
      return number;
    },
    read: (text) => whole(numeralOf(text)),
    write: (value) => value,
  });
}

/** A whole number of 32 bits; `5.0` is 5. */
export function integer<const O extends NumberLimits<number> & Options<number>>(
  options: O,
): Defined<number, O> {
  const type = wholeType(options, -MAX_INTEGER - 1, MAX_INTEGER, storage.integer);
  return define(type, options);
}

/** A whole number within 2^53 - 1 on either side, which a double holds exactly. */
export function long<const O extends NumberLimits<number> & Options<number>>(
  options: O,
): Defined<number, O> {
  const type = wholeType(options, -MAX_LONG, MAX_LONG, storage.long);
  return define(type, options);
}

function double(value: Big): number {
  const number = Number(value.toString());
  if (!Number.isFinite(number)) {
    throw new Fault(value.lt(0) ? "min" : "max", "must be a number of double precision");
  }
  return number + 0;
}

/** A finite number of double precision. */
export function float<const O extends NumberLimits<number> & Options<number>>(
  options: O,
): Defined<number, O> {
  const limits = options;
  const type = scalar<number>({
    ...storage.float,
    kind: "float",
    ordered: true,
    check(value) {
      const number = double(numberOf(value));
      bound(new Big(number), limits);
      return number;
    },
    read(text) {
      if (!/^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]{1,4})?$/.test(text)) {
        throw new Fault("type", "must be a number");
      }
      return double(new Big(text));
    },
    write: (value) => value,
  });
  return define(type, options);
}

interface DecimalLimits extends NumberLimits<string> {
  readonly precision?: number;
  readonly scale?: number;
}

/**
 * An exact decimal: a number, or a string of digits; answered with `scale` digits.
 *
 * Limits are strings, so that they are taken as written.
 */
export function decimal<const O extends DecimalLimits & Options<Big>>(options: O): Defined<Big, O> {
  const limits: DecimalLimits = options;
  const { precision = 12, scale = 2 } = limits;
  const whole = "9".repeat(precision - scale) || "0";
  const widest = scale > 0 ? `${whole}.${"9".repeat(scale)}` : whole;
  const fitting = (value: Big): Big => {
    if (value.eq(0)) {
      return new Big(0);
    }
    // The digits behind the point, trailing zeros never among them.
    if (value.c.length - 1 - value.e > scale) {
      throw new Fault("scale", `must have at most ${scale} digits after the point`);
    }
    if (value.e >= precision - scale) {
      const negative = value.lt(0);
      const side = negative ? "least -" : "most ";
      throw new Fault(negative ? "min" : "max", `must be at ${side}${widest}`);
    }
    return value;
  };
  const type = scalar<Big>({
    ...storage.decimal(scale),
    kind: "decimal",
    ordered: true,
    check(value) {
      if (typeof value === "string" && !DECIMAL.test(value)) {
        throw new Fault("format", "must be a decimal number such as 12.50");
      }
      const number = fitting(typeof value === "string" ? new Big(value) : numberOf(value));
      bound(number, limits);
      return number;
    },
    read: (text) => fitting(numeralOf(text)),
    write: (value) => value.toFixed(scale),
  });
  return define(type, options);
}

/** True or false, nothing else. */
export function boolean<const O extends Options<boolean>>(options: O): Defined<boolean, O> {
  const type = scalar<boolean>({
    ...storage.boolean,
    kind: "boolean",
    ordered: false,
    check(value) {
      if (typeof value !== "boolean") {
        throw new Fault("type", "must be true or false");
      }
      return value;
    },
    read: readBoolean,
    write: (value) => value,
  });
  return define(type, options);
}

/** The value of a query parameter that is true or false. */
export function readBoolean(text: string): boolean {
  if (text !== "true" && text !== "false") {
    throw new Fault("type", "must be true or false");
  }
  return text === "true";
}

// --- times ----------------------------------------------------------------------------------

interface TimeLimits {
  readonly min?: string;
  readonly max?: string;
}

const DAY = /^([1-9][0-9]{3})-([0-9]{2})-([0-9]{2})$/;
const MOMENT =
  /^([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?(Z|[+-][0-9]{2}:[0-9]{2})$/;

/** Whether there is such a day in the calendar. */
function isDay(text: string): boolean {
  const moment = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(text);
}

function readDay(text: string): string {
  if (!DAY.test(text) || !isDay(text)) {
    throw new Fault("format", "must be a day such as 2026-01-31");
  }
  return text;
}

function readMoment(text: string): Date {
  const fault = new Fault("format", "must be a time such as 2026-01-31T09:30:00Z");
  const parts = MOMENT.exec(text.toUpperCase());
  const [, day = "", hour = "", minute = "", second = "", fraction = "", zone = ""] = parts ?? [];
  if (parts === null || day < "0001" || !isDay(day) || hour > "23" || minute > "59") {
    throw fault;
  }
  if (second > "59" || (zone !== "Z" && (zone.slice(1, 3) > "23" || zone.slice(4) > "59"))) {
    throw fault;
  }
  // What is finer than a millisecond is cut, not rounded.
  const milliseconds = fraction.slice(0, 3).padEnd(3, "0");
  const moment = new Date(`${day}T${hour}:${minute}:${second}.${milliseconds}${zone}`);
  if (moment.getTime() < FIRST || moment.getTime() > LAST) {
    throw fault;
  }
  return moment;
}

// The years that every database keeps.
const FIRST = Date.parse("0001-01-01T00:00:00.000Z");
const LAST = Date.parse("9999-12-31T23:59:59.999Z");

/** A day as `YYYY-MM-DD`, of the years 1000 to 9999. */
export function date<const O extends TimeLimits & Options<string>>(options: O): Defined<string, O> {
  const limits: TimeLimits = options;
  const type = scalar<string>({
    ...storage.date,
    kind: "date",
    ordered: true,
    check(value) {
      const day = readDay(textOf(value));
      boundTime(day, limits.min, limits.max, limits);
      return day;
    },
    read: readDay,
    write: (value) => value,
  });
  return define(type, options);
}

function momentType(limits: TimeLimits): FieldType<Date> {
  const [min, max] = [limits.min, limits.max].map((limit) => limit && readMoment(limit));
  return scalar({
    ...storage.moment,
    kind: "datetime",
    ordered: true,
    check(value) {
      const moment = readMoment(textOf(value));
      boundTime(moment, min || undefined, max || undefined, limits);
      return moment;
    },
    read: readMoment,
    write: (value) => value.toISOString(),
  });
}

/** A moment (RFC 3339, any offset), answered in UTC; what is finer than a millisecond is cut. */
export function datetime<const O extends TimeLimits & Options<Date>>(options: O): Defined<Date, O> {
  return define(momentType(options), options);
}

function boundTime<T extends string | Date>(
  value: T,
  min: T | undefined,
  max: T | undefined,
  limits: TimeLimits,
): void {
  if (min !== undefined && value < min) {
    throw new Fault("min", `must be at least ${limits.min}`);
  }
  if (max !== undefined && value > max) {
    throw new Fault("max", `must be at most ${limits.max}`);
  }
}

/** The default `now` of a moment. */
export function now(): Date {
  return new Date();
}

/** The default `now` of a day, in UTC. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

// --- objects and lists ----------------------------------------------------------------------

/** Numbers of a free object are doubles. */
function plain(value: unknown): JsonValue {
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  if (isNumber(value)) {
    return double(exact(value));
  }
  if (typeof value === "object" && value !== null) {
    return plainObject(value);
  }
  return typeof value === "string" ? textOf(value) : (value as boolean | null);
}

function plainObject(value: object): JsonObject {
  const pairs = Object.entries(value).map(([key, item]) => [textOf(key), plain(item)] as const);
  return Object.fromEntries(pairs);
}

/** Any JSON object. */
export function json<const O extends Options<JsonObject>>(options: O): Defined<JsonObject, O> {
  const type = scalar<JsonObject>({
    ...storage.json<JsonObject>(),
    kind: "json",
    ordered: false,
    check(value) {
      if (typeof value !== "object" || value === null || Array.isArray(value) || isNumber(value)) {
        throw new Fault("type", "must be an object");
      }
      return plainObject(value);
    },
    read: unasked,
    write: (value) => value,
  });
  return define(type, options);
}

/** Neither objects nor lists can be filtered. */
function unasked(): never {
  throw new Fault("type", "cannot be asked for");
}

function listType<T>(item: FieldType<T>, maxItems: number): FieldType<JsonValue[]> {
  const items = z
    .array(item.schema, "must be a list")
    .max(maxItems, `must have at most ${maxItems} items`)
    .transform((values) => values.map((value) => item.write(value)));
  return {
    ...storage.json<JsonValue[]>(),
    schema: present.pipe(items),
    kind: "list",
    ordered: false,
    read: unasked,
    write: (value) => value,
  };
}

interface ListLimits {
  /** What each item is; its own name does not matter. */
  readonly item: AnyField;
  readonly maxItems?: number;
}

/** A list of at most `maxItems`, kept as it is answered. */
export function list<const O extends ListLimits & Options<JsonValue[]>>(
  options: O,
): Defined<JsonValue[], O> {
  const { item, maxItems = 100 } = options;
  return define<JsonValue[], O>(listType(item.type, maxItems), options);
}

/** The key of a row of another table; `onDelete` is what the deletion of that row means. */
export function reference<
  const O extends Options<string> & {
    readonly to: string;
    readonly onDelete?: ReferenceTo["onDelete"];
  },
>(options: O): Defined<string, O> {
  const { column, to, onDelete = "restrict" } = options;
  const name = column.replace(/_id$/, "");
  return define<string, O>(uuidType, options, { reference: { name, to, onDelete } });
}

/** The ids of the rows that a row is linked to, each once; none when nothing is said. */
export function links({ name, ...to }: LinksTo & { readonly name: string }): Field<string[]> {
  const type = listType(uuidType, MAX_LINKS) as FieldType<string[]>;
  const options: Options<string[]> = { column: name, default: () => [] };
  return define<string[], Options<string[]>>(type, options, { links: to });
}

/** What rule an issue of a schema stands for. */
export function ruleOf(found: z.core.$ZodIssue): Rule {
  if (found.code === "custom" && found.params !== undefined) {
    return found.params["rule"] as Rule;
  }
  if (found.code === "too_big") {
    return "max";
  }
  return found.code === "unrecognized_keys" ? "unknown" : "type";
}

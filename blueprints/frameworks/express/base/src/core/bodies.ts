/**
 * What is submitted: bodies that are validated at once and judged later.
 *
 * A caller who may not write must not learn what is wrong with his body, so a route hands on a
 * `Submitted`, which never fails; the service asks it after its other checks.
 */

import { z } from "zod";
import { type FieldError, fieldPath, firstPerField, validationError } from "./errors.ts";
import { type AnyField, type Fields, type JsonObject, ruleOf, type ValuesOf } from "./fields.ts";
import { isNumber } from "./numbers.ts";
import type { Query } from "./query.ts";

/** What a caller may send, and what becomes of what he leaves out. */
export class Body<V> {
  readonly fields: Fields;
  readonly schema: z.ZodType<V>;
  /** Whether this changes a row: what is left out keeps its value. */
  readonly partial: boolean;

  constructor(fields: Fields, fill: (field: AnyField) => z.ZodType, partial = false) {
    this.fields = fields;
    this.partial = partial;
    const accepted = Object.values(fields).filter((field) => !field.traits.readOnly);
    const shape = Object.fromEntries(accepted.map((field) => [field.json, fill(field)]));
    this.schema = z.strictObject(shape) as unknown as z.ZodType<V>;
  }
}

/** A new row: what is left out becomes its default. */
export function createBody<F extends Fields>(fields: F): Body<ValuesOf<F>> {
  return new Body(fields, filled);
}

/** A whole row: what is left out becomes its default; what nobody sees keeps its value. */
export function replaceBody<F extends Fields>(fields: F): Body<ValuesOf<F>> {
  return new Body(fields, (field) => (field.traits.private ? kept(field) : filled(field)));
}

/** Changes of a row: what is left out keeps its value. */
export function patchBody<F extends Fields>(fields: F): Body<Partial<ValuesOf<F>>> {
  return new Body(fields, kept, true);
}

function accepted(field: AnyField): z.ZodType {
  return field.traits.optional ? field.type.schema.nullable() : field.type.schema;
}

function filled(field: AnyField): z.ZodType {
  const fallback = field.traits.fallback as (() => unknown) | undefined;
  const schema = accepted(field);
  return fallback === undefined ? schema : schema.default(fallback as () => never);
}

function kept(field: AnyField): z.ZodType {
  return accepted(field).optional();
}

/** A body, or what is wrong with it; `value` is the JSON that came. */
export class Submitted<V> {
  readonly body: Body<V>;
  readonly value: unknown;
  readonly values: V | undefined;
  private readonly faults: readonly FieldError[];

  constructor(body: Body<V>, value: unknown) {
    this.body = body;
    this.value = value;
    if (!isObject(value)) {
      this.faults = [{ field: "", rule: "type", message: "must be an object" }];
      return;
    }
    // Without a prototype: a key may be called `constructor`.
    const result = body.schema.safeParse(Object.assign(Object.create(null), value));
    this.faults = result.success ? [] : firstPerField(result.error.issues.flatMap(faultsOf));
    if (result.success) {
      this.values = keyed(body.fields, result.data);
    }
  }

  /** The keys that came; none when it is no object. */
  get raw(): Readonly<Record<string, unknown>> {
    return isObject(this.value) ? this.value : {};
  }

  /** The faults; keys that only the server sets are not unknown. */
  named(readOnly: readonly string[]): readonly FieldError[] {
    return this.faults.map((each) =>
      each.rule === "unknown" && readOnly.includes(each.field)
        ? { ...each, rule: "readOnly", message: "cannot be set" }
        : each,
    );
  }

  /** The values; 400 with all faults of the query and the body. */
  accept(query: Query, readOnly: readonly string[] = []): V {
    const faults = [...query.finish(), ...this.named(readOnly)];
    if (this.values === undefined || faults.length > 0) {
      throw validationError(faults);
    }
    return this.values;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isNumber(value);
}

function faultsOf(issue: z.core.$ZodIssue): FieldError[] {
  const rule = ruleOf(issue);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      field: fieldPath([...issue.path, key]),
      rule,
      message: "is no field here",
    }));
  }
  return [{ field: fieldPath(issue.path), rule, message: issue.message }];
}

/** The values by the keys of their fields instead of their JSON keys; those left out are left out. */
function keyed<V>(fields: Fields, values: V): V {
  const given = values as Readonly<Record<string, unknown>>;
  const pairs = Object.entries(fields)
    .filter(([, field]) => Object.hasOwn(given, field.json) && given[field.json] !== undefined)
    .map(([key, field]) => [key, given[field.json]]);
  return Object.fromEntries(pairs) as V;
}

/** Apply a JSON merge patch (RFC 7396); neither argument is changed. */
export function mergePatch(target: unknown, patch: JsonObject): JsonObject {
  const merged = new Map(Object.entries(isObject(target) ? (target as JsonObject) : {}));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) {
      merged.delete(key);
    } else {
      merged.set(key, isObject(value) ? mergePatch(merged.get(key), value as JsonObject) : value);
    }
  }
  return Object.fromEntries(merged);
}

/** The values that a body comes to. */
export type InputOf<B> = B extends Body<infer V> ? V : never;

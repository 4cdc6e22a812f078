/** What services are told and what they answer, made from the values of fields and into them. */

import { Big } from "big.js";
import { fieldPath } from "../core/errors.ts";
import type { AnyField, Fields, JsonObject, JsonValue, ValuesOf } from "../core/fields.ts";
import { isNumber } from "../core/numbers.ts";

/** What is said of some fields; those of `L` may be left out. */
export type Given<F extends Fields, L extends keyof F> = Omit<ValuesOf<F>, L> &
  Partial<Pick<ValuesOf<F>, L>>;

/** A value is not what it should be; what is wrong is told, not the value. */
export class WrongValueError extends Error {
  /** The JSON key; none when it is no object at all. */
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.name = "WrongValueError";
    this.field = field;
  }
}

/** The JSON values by their keys, checked; what may be left out and was is left out. */
export function written(fields: Fields, given: Readonly<Record<string, unknown>>): JsonObject {
  const strange = Object.keys(given).find((key) => !Object.hasOwn(fields, key));
  if (strange !== undefined) {
    throw new WrongValueError(strange, `\`${strange}\` is no field here`);
  }
  const values: [string, JsonValue][] = [];
  for (const [key, field] of Object.entries(fields)) {
    const value = given[key] === undefined ? field.traits.fallback?.() : given[key];
    if (value !== null || given[key] === null) {
      values.push([field.json, field.write(checked(field, plain(value)))]);
    }
  }
  return Object.fromEntries(values);
}

/** The values of these fields in an answer; other keys are ignored. */
export function read<F extends Fields>(fields: F, answer: unknown): ValuesOf<F> {
  if (typeof answer !== "object" || answer === null || Array.isArray(answer) || isNumber(answer)) {
    throw new WrongValueError("", "it is no object");
  }
  const all = answer as Readonly<Record<string, unknown>>;
  const values = Object.entries(fields).map(([key, field]) => {
    const value = Object.hasOwn(all, field.json) ? all[field.json] : undefined;
    const fallback = value === undefined ? field.traits.fallback : undefined;
    return [key, fallback === undefined ? checked(field, value) : fallback()];
  });
  return Object.fromEntries(values) as ValuesOf<F>;
}

function checked(field: AnyField, value: unknown): unknown {
  if (value === null && field.traits.optional) {
    return null;
  }
  const result = field.type.schema.safeParse(value);
  const [issue] = result.error?.issues ?? [];
  if (issue === undefined) {
    return result.data;
  }
  const path = fieldPath([field.json, ...issue.path]);
  throw new WrongValueError(path, `\`${path}\` ${issue.message}`);
}

/** A value as JSON has it; fields accept nothing else. */
function plain(value: unknown): unknown {
  if (value instanceof Big) {
    return value.toFixed();
  }
  return value instanceof Date ? value.toISOString() : value;
}

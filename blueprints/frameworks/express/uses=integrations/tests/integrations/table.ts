/** What the tests know of an operation: `operations.ts` has one for each. */

import { Big } from "big.js";
import type { JsonObject, JsonValue } from "../../src/core/fields.ts";
import type { Route } from "./fake.ts";

/** A field of what is sent or answered, with a right value. */
export interface Part {
  readonly key: string;
  readonly member: string;
  readonly kind: string;
  readonly example: JsonValue;
  readonly scale?: number;
  readonly optional?: boolean;
  readonly hasDefault?: boolean;
}

/** An operation, as the other service describes it. */
export interface OperationCase {
  readonly service: string;
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly urlVariable: string;
  readonly tokenVariable?: string;
  /** The header with the token, and what stands before the token there. */
  readonly header?: string;
  readonly scheme?: string;
  readonly timeoutMs: number;
  readonly given: readonly Part[];
  readonly answer: readonly Part[];
}

/** The operation as a service offers it, with its right answer. */
export function routeOf({ method, path, answer }: OperationCase): Route {
  const known = examplesOf(answer);
  return answer.length === 0 ? { method, path } : { method, path, answer: known };
}

/** The examples by their JSON keys. */
export function examplesOf(parts: readonly Part[]): JsonObject {
  return Object.fromEntries(parts.map((part) => [part.key, part.example]));
}

/** The values of the examples by their members, as code has them. */
export function valuesOf(parts: readonly Part[]): Record<string, unknown> {
  return Object.fromEntries(parts.map((part) => [part.member, valueFor(part)]));
}

function valueFor({ kind, example }: Part): unknown {
  if (typeof example !== "string") {
    return example;
  }
  if (kind === "decimal") {
    return new Big(example);
  }
  return kind === "datetime" ? new Date(example) : example;
}

/** An example as it is written in JSON. */
export function wireOf({ kind, example, scale = 0 }: Part): JsonValue {
  return kind === "decimal" && !Array.isArray(example)
    ? new Big(String(example)).toFixed(scale)
    : example;
}

/** The form of the table in `resources.ts`, which drives the tests of all resources. */

import type { Action } from "../src/core/access.ts";
import type { JsonObject, JsonValue } from "../src/core/fields.ts";

/** A field, its limits, and a few right values; those of a unique field all differ. */
export interface Field {
  /** The JSON key. */
  readonly key: string;
  readonly type: string;
  readonly samples: readonly JsonValue[];
  readonly low?: number | string;
  readonly high?: number | string;
  readonly above?: number | string;
  readonly below?: number | string;
  readonly precision?: number;
  readonly scale?: number;
  readonly maxItems?: number;
  /** Whether it has a pattern. */
  readonly pattern?: boolean;
  readonly unique?: boolean;
  readonly private?: boolean;
  readonly readOnly?: boolean;
  /** Whether it is a list. */
  readonly many?: boolean;
  /** Whether a rule reads it: then values of the same place in `samples` go together. */
  readonly ruled?: boolean;
  readonly optional?: boolean;
  readonly default?: JsonValue;
}

/** A relation, the key that holds it, and the last segment of its nested path. */
export interface Relation {
  readonly name: string;
  /** The JSON key. */
  readonly key: string;
  /** The key of the field in the code. */
  readonly member: string;
  readonly to: string;
  readonly kind: "many_to_one" | "one_to_one" | "many_to_many";
  readonly inverse: string;
  readonly onDelete: "restrict" | "cascade" | "set_null";
  readonly optional?: boolean;
}

/** A resource with its options; `gated` are the actions that can wait for consent. */
export interface Resource {
  readonly entity: string;
  readonly path: string;
  /** The folder of its code. */
  readonly module: string;
  readonly actions: readonly Action[];
  readonly access: Readonly<Record<Action, readonly string[]>>;
  readonly fields: readonly Field[];
  readonly relations: readonly Relation[];
  readonly filters: readonly string[];
  readonly sorts: readonly string[];
  readonly search: readonly string[];
  readonly softDelete: boolean;
  readonly audit: boolean;
  readonly cursor: boolean;
  readonly unique: readonly (readonly string[])[];
  readonly gated: readonly Action[];
}

/** A command: who may call it, what it takes, and what it sets. */
export interface Command {
  readonly entity: string;
  readonly name: string;
  readonly path: string;
  readonly access: readonly string[];
  readonly fields: readonly Field[];
  readonly sets: JsonObject;
}

/** The own fields of the accounts. */
export interface Account {
  readonly fields: readonly Field[];
}

/** Whether a resource has all these actions. */
export function can(resource: Resource, ...actions: readonly Action[]): boolean {
  return actions.every((action) => resource.actions.includes(action));
}

/** Whether a relation is kept in a table of links. */
export function isLinks(relation: Relation): boolean {
  return relation.kind === "many_to_many";
}

/** The fields that bodies may have. */
export function writtenOf({ fields }: Pick<Resource, "fields">): Field[] {
  return fields.filter((field) => !field.readOnly);
}

/** Whether a create cannot do without a field. */
export function isNeeded(field: Field): boolean {
  return !field.optional && field.default === undefined && !field.readOnly;
}

/** The keys that a create cannot do without. */
export function neededOf({ fields, relations }: Resource): string[] {
  const references = relations.filter((each) => !each.optional && !isLinks(each));
  return [...fields.filter(isNeeded), ...references].map(({ key }) => key);
}

/** A right value, another one for each number as long as there are samples. */
export function sampleOf({ samples, many }: Field, number: number): JsonValue {
  const value = samples[number % samples.length] ?? null;
  return many ? [value] : value;
}

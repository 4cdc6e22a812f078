/** The cases that conditions are held to: `conditions.json` says what each is worth when. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Action } from "../src/core/access.ts";
import type { Caller } from "../src/core/caller.ts";
import type { Truth } from "../src/core/conditions.ts";
import type { JsonObject } from "../src/core/fields.ts";
import { decodeJson } from "../src/core/json-body.ts";
import type { Row } from "../src/core/rows.ts";
import type { Condition, State } from "../src/core/rules.ts";
import { repositoryOf, resourceNamed } from "./factories.ts";
import { can, type Resource, writtenOf } from "./table.ts";

/** What a condition is worth for a row as it would be and as it is. */
export interface Case {
  readonly new: JsonObject;
  readonly old: JsonObject;
  readonly actor: { readonly id: string; readonly role: string } | null;
  readonly holds: Truth;
}

/** A condition and its cases. */
export interface Vector {
  readonly entity: string;
  readonly kind: "rule" | "approval" | "command";
  /** Its number from 1, or the name of the command. */
  readonly name: number | string;
  readonly source: string;
  readonly now: string;
  readonly cases: readonly Case[];
}

const FILE = join(import.meta.dirname, "conditions.json");
export const VECTORS = (
  existsSync(FILE) ? JSON.parse(readFileSync(FILE, "utf8")) : []
) as readonly Vector[];

/** The conditions of this kind about what bodies have: not about who asks, or when. */
export function vectors(kind: Vector["kind"], ...actions: readonly Action[]): Vector[] {
  return VECTORS.filter(
    (vector) =>
      vector.kind === kind &&
      can(ownerOf(vector), ...actions) &&
      !/\b(actor|now)\b/.test(vector.source) &&
      isWritable(vector),
  );
}

/** Whether bodies have all that the condition reads, and may have it twice. */
function isWritable(vector: Vector): boolean {
  const fields = writtenOf(ownerOf(vector)).filter((field) => !field.unique);
  const free = fields.map(({ key }) => key);
  return vector.cases.every((it) => Object.keys(it.new).every((key) => free.includes(key)));
}

/** The resource that a condition belongs to. */
export function ownerOf({ entity }: Vector): Resource {
  const found = resourceNamed(entity);
  if (found === undefined) {
    throw new Error(`there is no resource ${entity}`);
  }
  return found;
}

/** The function behind a condition. */
export async function conditionOf(vector: Vector): Promise<Condition<Row>> {
  const { rules, consents } = repositoryOf(ownerOf(vector));
  const number = Number(vector.name) - 1;
  const found = {
    rule: () => rules[number]?.holds,
    approval: () => consents[number]?.when,
    command: () => commandCondition(vector),
  }[vector.kind];
  const condition = await found();
  if (condition === undefined) {
    throw new Error(`${vector.entity} has no ${vector.kind} ${vector.name}`);
  }
  return condition;
}

async function commandCondition(vector: Vector): Promise<Condition<Row> | undefined> {
  const path = join(import.meta.dirname, "../src", ownerOf(vector).module, "rules.ts");
  const rules = (await import(path)) as Readonly<Record<string, Condition<Row>>>;
  return rules[`can${pascalCase(String(vector.name))}`];
}

function pascalCase(snake: string): string {
  return snake.replaceAll(/(?:^|_)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** The state of affairs of a case. */
export function stateOf(vector: Vector, it: Case): State<Row> {
  const actor: Caller = {
    userId: it.actor?.id ?? null,
    role: it.actor?.role ?? null,
    sessionId: null,
  };
  const [after, before] = [it.new, it.old].map(
    (values) => stored(vector, values) as unknown as Row,
  );
  return { new: after as Row, old: before as Row, actor, now: new Date(vector.now) };
}

/** Values of JSON as the row holds them, by the keys of their fields. */
export function stored(vector: Vector, values: JsonObject): Record<string, unknown> {
  const fields = Object.entries(repositoryOf(ownerOf(vector)).fields);
  const decoded = decodeJson(Buffer.from(JSON.stringify(values))) as Record<string, unknown>;
  return Object.fromEntries(
    fields
      .filter(([, field]) => Object.hasOwn(decoded, field.json))
      .map(([key, field]) => {
        const value = decoded[field.json];
        return [key, value === null ? null : field.type.schema.parse(value)];
      }),
  );
}

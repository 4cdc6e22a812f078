/** What the tests of the resources ask for. */

import type { Action } from "../../src/core/access.ts";
import { resourceNamed } from "../factories.ts";
import { type Answer, errorIn, type Row } from "../http.ts";
import { RESOURCES } from "../resources.ts";
import { can, type Field, isLinks, type Relation, type Resource, writtenOf } from "../table.ts";

export const UNKNOWN_ID = "01940000-0000-7000-8000-000000000000";

/** A resource and one of its fields. */
export interface FieldCase {
  readonly resource: Resource;
  readonly field: Field;
}

/** A resource and one of its relations. */
export interface RelationCase {
  readonly resource: Resource;
  readonly relation: Relation;
}

/** Every resource with these actions. */
export function resources(...actions: readonly Action[]): Resource[] {
  return RESOURCES.filter((resource) => can(resource, ...actions));
}

/** Every field that bodies may have, of the resources with these actions. */
export function fields(...actions: readonly Action[]): FieldCase[] {
  return resources(...actions).flatMap((resource) =>
    writtenOf(resource).map((field) => ({ resource, field })),
  );
}

/** Every reference of the resources with these actions. */
export function references(...actions: readonly Action[]): RelationCase[] {
  return relations(actions).filter(({ relation }) => !isLinks(relation));
}

/** Every relation with links, of the resources with these actions. */
export function links(...actions: readonly Action[]): RelationCase[] {
  return relations(actions).filter(({ relation }) => isLinks(relation));
}

function relations(actions: readonly Action[]): RelationCase[] {
  return resources(...actions).flatMap((resource) =>
    resource.relations.map((relation) => ({ resource, relation })),
  );
}

/** Whether a relation leads to a resource with these actions. */
export function targetCan(relation: Relation, ...actions: readonly Action[]): boolean {
  const target = resourceNamed(relation.to);
  return target !== undefined && can(target, ...actions);
}

/** Where a row lives. */
export function pathOf(resource: Resource, row: Row): string {
  return `${resource.path}/${row.id}`;
}

/** Where the rows are that refer to this one. */
export function parentPath(relation: Relation, parent: string): string {
  const path = resourceNamed(relation.to)?.path ?? "/users";
  return `${path}/${parent}/${relation.inverse}`;
}

/** Whether nothing but a rule across fields is in the way of a write. */
export function breaksRule(answer: Answer): boolean {
  return answer.status === 400 && errorIn(answer, 400).details.every(({ rule }) => rule === "rule");
}

/** The same requests, all at once. */
export function atOnce<T>(times: number, work: () => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: times }, work));
}

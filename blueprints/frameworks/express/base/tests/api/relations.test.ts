/** Relations: references, links, what is shown of them, and what a deletion does to them. */

import { expect } from "vitest";
import { jsonName } from "../../src/core/naming.ts";
import { resourceNamed } from "../factories.ts";
import { test } from "../fixtures.ts";
import { faultsIn, idsIn, itemsIn, type Row, rowIn } from "../http.ts";
import { can, isLinks, type Relation, type Resource } from "../table.ts";
import {
  links,
  parentPath,
  pathOf,
  type RelationCase,
  references,
  resources,
  targetCan,
  UNKNOWN_ID,
} from "./common.ts";

const REFERENCES = references("read");
const LINKS = links("read");
const SHOWN_TO_ALL = REFERENCES.filter(({ resource, relation }) => {
  const target = resourceNamed(relation.to);
  const hidden = target !== undefined && !target.access.read.includes("public");
  return hidden && resource.access.read.includes("public");
});
/** References to rows that can be deleted. */
const TO_DELETED = REFERENCES.flatMap(withTarget).filter(({ target }) => can(target, "delete"));
const FROM_DELETED = TO_DELETED.filter(
  ({ resource }) => resource.softDelete && can(resource, "delete"),
);
const LINKS_TO_DELETED = LINKS.flatMap(withTarget).filter(({ target }) => can(target, "delete"));

interface TargetCase extends RelationCase {
  readonly target: Resource;
}

function withTarget(it: RelationCase): TargetCase[] {
  const target = resourceNamed(it.relation.to);
  return target === undefined ? [] : [{ ...it, target }];
}

/**
 * Cascading references that lead from a resource back to itself, by way of one other at most.
 *
 * The first one leads to the resource that holds the second.
 */
function circles(): { readonly name: string; readonly circle: readonly Relation[] }[] {
  const cascading = references("read", "update", "delete").filter(
    ({ relation }) => relation.onDelete === "cascade",
  );
  const found = cascading.flatMap(({ resource, relation }) => {
    const alone = relation.to === resource.entity ? [[relation]] : [];
    const pairs = cascading.filter(
      (other) =>
        other.relation.to === resource.entity &&
        relation.to === other.resource.entity &&
        other.resource.entity > resource.entity,
    );
    return [...alone, ...pairs.map((back) => [relation, back.relation])];
  });
  return found.map((circle) => ({ name: circle.map(({ name }) => name).join("-"), circle }));
}

test.for(REFERENCES)(
  "$resource.entity $relation.name: references",
  async ({ resource, relation }, { admin, factory }) => {
    const target = await factory.target(relation);
    const row = await factory.make(resource, { [relation.key]: target });
    const shown = await admin.get(`${pathOf(resource, row)}?expand=${relation.name}`);
    expect(rowIn(shown)[relation.name]).toMatchObject({ id: target });
    expect(shown.header("ETag")).toBeNull();
    const nested = await admin.get(parentPath(relation, target));
    if (relation.kind === "one_to_one") {
      expect(rowIn(nested).id).toBe(row.id);
    } else if (can(resource, "list")) {
      expect(idsIn(nested)).toEqual([row.id]);
    } else {
      expect([404, 405]).toContain(nested.status);
    }
  },
);

test.for(resources("create"))(
  "$entity: references to nothing",
  async (resource, { admin, factory }) => {
    for (const relation of resource.relations) {
      const unknown = isLinks(relation) ? [UNKNOWN_ID] : UNKNOWN_ID;
      const place = isLinks(relation) ? `${relation.key}[0]` : relation.key;
      const body = await factory.body(resource, { [relation.key]: unknown, nonsense: 1 });
      const answer = await admin.post(resource.path, body);
      expect(faultsIn(answer)).toEqual({ [place]: "reference", nonsense: "unknown" });
    }
    const answer = await admin.get(`${resource.path}?expand=nonsense`);
    expect(answer.status).toBe(can(resource, "list") ? 400 : 405);
  },
);

test.for(SHOWN_TO_ALL)(
  "$resource.entity $relation.name: what a caller may not read is shown as null",
  async ({ resource, relation }, { admin, factory, nobody }) => {
    const target = await factory.target(relation);
    const row = await factory.make(resource, { [relation.key]: target });
    const path = `${pathOf(resource, row)}?expand=${relation.name}`;
    expect(rowIn(await admin.get(path))[relation.name]).toMatchObject({ id: target });
    const hidden = rowIn(await nobody.get(path));
    expect([hidden[relation.key], hidden[relation.name]]).toEqual([target, null]);
    expect([401, 404]).toContain((await nobody.get(parentPath(relation, target))).status);
  },
);

test.for(TO_DELETED)(
  "$resource.entity $relation.name: what the deletion of a target does",
  async ({ resource, relation, target }, { admin, factory }) => {
    const id = await factory.target(relation);
    const row = await factory.make(resource, { [relation.key]: id });
    const path = pathOf(resource, row);
    const deleted = await admin.delete(`${target.path}/${id}`);
    const after = await admin.get(path);
    if (relation.onDelete === "restrict") {
      expect(deleted.status).toBe(409);
      expect(after.json).toEqual(row);
      return;
    }
    expect(deleted.status).toBe(204);
    const goes = relation.onDelete === "cascade";
    if (goes) {
      expect(after.status).toBe(404);
    } else {
      expect(rowIn(after)).toMatchObject({ [relation.key]: null, version: 2 });
    }
    if (resource.audit) {
      const last = itemsIn(await admin.get(`${path}/audit`)).at(-1);
      expect(last?.["action"]).toBe(goes ? "delete" : "update");
    }
    if (resource.softDelete && goes) {
      const kept = await admin.get(`${path}?${jsonName("include_deleted")}=true`);
      expect(kept.status).toBe(target.softDelete || relation.optional ? 200 : 404);
    }
  },
);

test.for(circles())(
  "$name: a deletion goes once around a circle",
  async ({ circle }, { admin, factory }) => {
    const round = circle.flatMap((relation) => resourceNamed(relation.to) ?? []);
    const places = [...round, ...round];
    const rows: Row[] = [];
    for (const resource of places) {
      rows.push(await factory.make(resource));
    }
    const paths = rows.map((row, at) => pathOf(places[at] as Resource, row));
    // The relation of each row leads to the next one, that of the last to the first.
    for (const [at, path] of paths.entries()) {
      const relation = circle[(at + 1) % circle.length];
      const next = rows[(at + 1) % rows.length];
      rowIn(await admin.patch(path, { [String(relation?.key)]: next?.id }));
    }
    expect((await admin.delete(String(paths[0]))).status).toBe(204);
    for (const path of paths) {
      expect((await admin.get(path)).status).toBe(404);
    }
  },
);

test.for(FROM_DELETED)(
  "$resource.entity $relation.name: a deletion for good minds deleted rows",
  async ({ resource, relation, target }, { admin, factory }) => {
    const id = await factory.target(relation);
    const row = await factory.make(resource, { [relation.key]: id });
    await admin.delete(pathOf(resource, row));
    const held = relation.onDelete === "restrict" && !target.softDelete;
    expect((await admin.delete(`${target.path}/${id}`)).status).toBe(held ? 409 : 204);
  },
);

test.for(LINKS)(
  "$resource.entity $relation.name: links",
  async ({ resource, relation }, { admin, factory }) => {
    const ids = [await factory.target(relation), await factory.target(relation)].sort();
    const [one = "", two = ""] = ids;
    const row = await factory.make(resource, { [relation.key]: [two, one] });
    expect(row[relation.key]).toEqual(ids);
    const path = pathOf(resource, row);
    const nested = `${path}/${relation.inverse}`;
    if (targetCan(relation, "list")) {
      expect(idsIn(await admin.get(nested))).toEqual(ids);
    }
    const link = `${nested}/${one}`;
    if (!can(resource, "update")) {
      expect((await admin.put(link)).status).toBe(404);
      return;
    }
    for (const ends of [`x/${relation.inverse}/${one}`, `${UNKNOWN_ID}/${relation.inverse}/x`]) {
      const malformed = await admin.put(`${resource.path}/${ends}`);
      expect(Object.values(faultsIn(malformed))).toEqual(["format"]);
    }
    const bad = await admin.patch(path, { [relation.key]: [one, UNKNOWN_ID, one] });
    expect(faultsIn(bad)).toEqual({
      [`${relation.key}[1]`]: "reference",
      [`${relation.key}[2]`]: "unique",
    });
    const steps: [method: string, version: number][] = [
      ["DELETE", 2],
      ["DELETE", 2],
      ["PUT", 3],
      ["PUT", 3],
    ];
    for (const [method, version] of steps) {
      expect((await admin.request(method, link)).status).toBe(204);
      const left = method === "PUT" ? ids : [two];
      expect(rowIn(await admin.get(path))).toMatchObject({ version, [relation.key]: left });
    }
  },
);

test.for(LINKS_TO_DELETED)(
  "$resource.entity $relation.name: links to a deleted row go",
  async ({ resource, relation, target }, { admin, factory }) => {
    const [one, two] = [await factory.target(relation), await factory.target(relation)];
    const row = await factory.make(resource, { [relation.key]: [one, two] });
    expect((await admin.delete(`${target.path}/${one}`)).status).toBe(204);
    const after = rowIn(await admin.get(pathOf(resource, row)));
    expect(after).toMatchObject({ [relation.key]: [two], version: 2 });
  },
);

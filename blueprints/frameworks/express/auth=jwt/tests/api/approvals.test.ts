/** Writes that wait for consent: who asks, who sees, who decides, and what a decision does. */

import { expect } from "vitest";
import type { Database } from "../../src/core/database.ts";
import type { JsonObject, JsonValue } from "../../src/core/fields.ts";
import { jsonName } from "../../src/core/naming.ts";
import { MASK } from "../../src/core/repository.ts";
import type { Row as StoredRow } from "../../src/core/rows.ts";
import type { ConsentRule } from "../../src/core/rules.ts";
import { type Person, ROLES } from "../callers.ts";
import { type Case, ownerOf, stored, type Vector, vectors } from "../conditions.ts";
import { type Factory, repositoryOf, resourceNamed } from "../factories.ts";
import { test } from "../fixtures.ts";
import {
  type Answer,
  errorIn,
  faultsIn,
  type Headers,
  itemsIn,
  objectIn,
  type Row,
  rowIn,
} from "../http.ts";
import { can, isLinks, type Resource, writtenOf } from "../table.ts";
import { atOnce, breaksRule, pathOf, UNKNOWN_ID } from "./common.ts";

const METHODS = { create: "POST", update: "PATCH", delete: "DELETE", list: "GET", read: "GET" };
const [REQUESTED_BY, DECIDED_BY] = [jsonName("requested_by"), jsonName("decided_by")];
const ROW_ID = jsonName("row_id");

/** An approval as it is answered. */
interface Approval {
  readonly id: string;
  readonly change: JsonObject;
  readonly [key: string]: JsonValue;
}

/** A write that waits, its row before it, and the approval. */
interface Asked {
  readonly it: Case;
  readonly row: Row | undefined;
  readonly approval: Approval;
}

function ruleOf(vector: Vector): ConsentRule<StoredRow> {
  const rule = repositoryOf(ownerOf(vector)).consents[Number(vector.name) - 1];
  if (rule === undefined) {
    throw new Error(`${vector.entity} has no approval ${vector.name}`);
  }
  return rule;
}

/** A role that may write and must ask; none when everybody who may write may also consent. */
function askerOf(vector: Vector): string | undefined {
  const rule = ruleOf(vector);
  const grants = ownerOf(vector).access[rule.on];
  const plain = ROLES.map((role) => (role === "owner" ? "user" : role));
  return plain.find((role, at) => {
    const mine = ["public", "authenticated", "owner", role];
    const decides = rule.approvers.some((name) => name === role || name === "owner");
    const writes = grants.some((grant) => mine.includes(grant));
    return ROLES[at] !== "anonymous" && role !== "admin" && writes && !decides;
  });
}

const ASKING = vectors("approval", "read").filter((vector) => askerOf(vector) !== undefined);

/** Sends the writes of one rule, as somebody who must ask and as somebody who need not. */
class Desk {
  readonly resource: Resource;
  readonly rule: ConsentRule<StoredRow>;
  readonly vector: Vector;
  readonly database: Database;
  readonly factory: Factory;
  readonly admin: Person;
  readonly asker: Person;

  constructor(vector: Vector, database: Database, factory: Factory, admin: Person, asker: Person) {
    this.vector = vector;
    this.database = database;
    this.factory = factory;
    this.admin = admin;
    this.asker = asker;
    this.resource = ownerOf(vector);
    this.rule = ruleOf(vector);
  }

  /** The cases in which the condition is worth this. */
  cases(...worth: readonly (boolean | null)[]): Case[] {
    return this.vector.cases.filter(({ holds }) => worth.includes(holds));
  }

  /** A row of the asker as it is before the write; none before it is made. */
  async row(it: Case): Promise<Row | undefined> {
    if (this.rule.on === "create") {
      return undefined;
    }
    const row = await this.factory.make(this.resource, {}, this.asker);
    const repository = repositoryOf(this.resource);
    const values = repository.store(stored(this.vector, it.old));
    if (Object.keys(values).length > 0) {
      const update = this.database.db.updateTable(repository.table).set(values);
      await update.where("id", "=", row.id).execute();
    }
    const found = await this.read(row);
    return found.status === 200 ? { ...row, ...rowIn(found) } : row;
  }

  /** The write of a case. */
  async write(it: Case, person: Person, row?: Row, headers: Headers = {}): Promise<Answer> {
    const method = METHODS[this.rule.on];
    if (row === undefined) {
      const json = await this.factory.body(this.resource, it.new, this.asker);
      return await person.request(method, this.resource.path, { json, headers });
    }
    const changed = Object.entries(it.new).filter(
      ([key, value]) => JSON.stringify(row[key]) !== JSON.stringify(value),
    );
    const json = this.rule.on === "update" ? Object.fromEntries(changed) : undefined;
    return await person.request(method, pathOf(this.resource, row), { json, headers });
  }

  /** Every write that waits, one after another; those that break another rule are no writes. */
  async *ask(): AsyncGenerator<Asked> {
    for (const it of this.cases(true)) {
      const row = await this.row(it);
      const answer = await this.write(it, this.asker, row);
      if (!breaksRule(answer)) {
        const { approval } = objectIn(answer, 202);
        yield { it, row, approval: approval as unknown as Approval };
      }
    }
  }

  /** A write that waits; nothing where whatever needs consent breaks a rule. */
  async first(): Promise<Asked | undefined> {
    for await (const asked of this.ask()) {
      return asked;
    }
    return undefined;
  }

  /** Consent. */
  decide(id: string, person = this.admin): Promise<Answer> {
    return person.post(`/approvals/${id}/approve`);
  }

  /** The row as it is now. */
  read({ id }: { readonly id: string }): Promise<Answer> {
    return this.admin.get(`${this.resource.path}/${id}`);
  }

  async status(id: string): Promise<unknown> {
    return objectIn(await this.admin.get(`/approvals/${id}`))["status"];
  }
}

test("every approval has a rule", () => {
  expect(vectors("approval").map(ruleOf)).not.toContain(undefined);
});

/** A test for each rule that somebody has to ask for. */
function eachRule(
  name: string,
  work: (desk: Desk, stranger: () => Promise<Person>) => Promise<void>,
): void {
  test.for(ASKING)(
    `$entity approval $name: ${name}`,
    async (vector, { admin, database, factory, logIn }) => {
      const asker = await logIn(String(askerOf(vector)));
      await work(new Desk(vector, database, factory, admin, asker), () => logIn("user"));
    },
  );
}

eachRule("a write waits and is done when it is approved", async (desk) => {
  const { resource, rule, admin, asker } = desk;
  const hidden = writtenOf(resource).filter((field) => field.private);
  for await (const { row, approval } of desk.ask()) {
    expect(approval).toMatchObject({
      status: "pending",
      entity: desk.vector.entity,
      action: rule.on,
      [REQUESTED_BY]: asker.id,
      [ROW_ID]: row?.id ?? null,
    });
    for (const { key } of hidden) {
      expect([undefined, MASK]).toContain(approval.change[key]);
    }
    if (row !== undefined) {
      expect((await desk.read(row)).json).toEqual(row);
    }
    const done = objectIn(await desk.decide(approval.id));
    expect(done).toMatchObject({ status: "approved", [DECIDED_BY]: admin.id });
    const now = { id: String(done[ROW_ID]) };
    if (rule.on === "delete") {
      expect((await desk.read(now)).status).toBe(404);
    } else {
      const after = rowIn(await desk.read(now));
      const shown = Object.entries(approval.change).filter(([, value]) => value !== MASK);
      expect(after).toMatchObject(Object.fromEntries(shown));
      expect(after.version).toBe((row?.version ?? 0) + 1);
      expect([undefined, asker.id]).toContain(after[jsonName("owner_id")]);
    }
    if (resource.audit) {
      const entries = itemsIn(await admin.get(`${resource.path}/${now.id}/audit`));
      expect(entries.at(-1)?.[jsonName("actor_id")]).toBe(asker.id);
    }
    expect((await desk.decide(approval.id)).status).toBe(409);
  }
});

eachRule("a whole row waits like a part of it", async (desk) => {
  const asked = await desk.first();
  if (desk.rule.on !== "update" || asked?.row === undefined) {
    return;
  }
  const { it, row } = asked;
  const keys = [...writtenOf(desk.resource), ...desk.resource.relations].map(({ key }) => key);
  const known = Object.entries(row).filter(([key]) => keys.includes(key));
  const body = { ...Object.fromEntries(known), ...it.new };
  const answer = await desk.asker.put(pathOf(desk.resource, row), body);
  expect(answer.status, answer.text).toBe(202);
  expect((await desk.read(row)).json).toEqual(row);
});

eachRule("a conflict waits for nobody", async (desk) => {
  const asked = await desk.first();
  const unique = writtenOf(desk.resource).find((field) => field.unique && !field.private);
  if (asked === undefined || unique === undefined || desk.rule.on === "delete") {
    return;
  }
  const other = await desk.factory.make(desk.resource);
  const known = itemsIn(await desk.admin.get("/approvals"));
  const taken = { ...asked.it.new, [unique.key]: other[unique.key] ?? null };
  const answer = await desk.write({ ...asked.it, new: taken }, desk.asker, asked.row);
  expect(faultsIn(answer, 409)).toEqual({ [unique.key]: "unique" });
  expect(itemsIn(await desk.admin.get("/approvals"))).toEqual(known);
});

eachRule("what needs no consent is done at once", async (desk) => {
  for (const it of desk.cases(false, null)) {
    const row = await desk.row(it);
    const answer = await desk.write(it, desk.asker, row);
    // Another rule may be in the way.
    expect([200, 201, 204, 400], answer.text).toContain(answer.status);
    const left = row ?? (answer.status === 201 ? rowIn(answer, 201) : undefined);
    if (left !== undefined) {
      // Unique values run out.
      await desk.factory.forget(desk.resource, left);
    }
  }
});

eachRule("approvers need not ask", async (desk) => {
  const asked = await desk.first();
  if (asked !== undefined) {
    const answer = await desk.write(asked.it, desk.admin, asked.row);
    expect([200, 201, 204], answer.text).toContain(answer.status);
  }
});

eachRule("who sees and decides", async (desk, logIn) => {
  const asked = await desk.first();
  if (asked === undefined) {
    return;
  }
  const { row, approval } = asked;
  const stranger = await logIn();
  const people: [person: Person, sees: boolean][] = [
    [desk.asker, true],
    [desk.admin, true],
  ];
  if (!desk.rule.approvers.includes("user")) {
    people.push([stranger, false]);
    expect((await desk.decide(approval.id, stranger)).status).toBe(404);
  }
  for (const [person, sees] of people) {
    const read = await person.get(`/approvals/${approval.id}`);
    expect(read.status).toBe(sees ? 200 : 404);
    const ids = itemsIn(await person.get("/approvals")).map(({ id }) => id);
    expect(ids.includes(approval.id)).toBe(sees);
  }
  expect((await desk.decide(approval.id, desk.asker)).status).toBe(403);
  expect((await desk.decide(UNKNOWN_ID)).status).toBe(404);
  const queries: [query: string, found: boolean][] = [
    ["status=pending", true],
    ["status=approved", false],
    [`entity=${desk.vector.entity}`, true],
    ["entity=Nothing", false],
    [`${ROW_ID}=${row?.id ?? UNKNOWN_ID}`, row !== undefined],
  ];
  for (const [query, found] of queries) {
    const page = itemsIn(await desk.admin.get(`/approvals?${query}`));
    expect(page.map(({ id }) => id).includes(approval.id), query).toBe(found);
  }
});

eachRule("a refused write is not done", async (desk) => {
  const asked = await desk.first();
  if (asked === undefined) {
    return;
  }
  const { row, approval } = asked;
  const path = `/approvals/${approval.id}/reject`;
  const faulty: [body: JsonObject, rule: string][] = [
    [{}, "required"],
    [{ reason: "" }, "min"],
    [{ reason: "x".repeat(501) }, "max"],
  ];
  for (const [body, rule] of faulty) {
    expect(faultsIn(await desk.admin.post(path, body))).toEqual({ reason: rule });
  }
  const body = { reason: "x".repeat(500) };
  expect((await desk.asker.post(path, body)).status).toBe(403);
  const done = objectIn(await desk.admin.post(path, body));
  expect(done).toMatchObject({ status: "rejected", ...body });
  if (row !== undefined) {
    expect((await desk.read(row)).json).toEqual(row);
  }
  expect((await desk.decide(approval.id)).status).toBe(409);
});

eachRule("an outdated write is not done", async (desk) => {
  const asked = await desk.first();
  if (asked?.row === undefined) {
    return; // A new row cannot have changed.
  }
  const { row, approval } = asked;
  const { table } = repositoryOf(desk.resource);
  const version = row.version + 1;
  const update = desk.database.db.updateTable(table).set({ version });
  await update.where("id", "=", row.id).execute();
  expect(errorIn(await desk.decide(approval.id), 409).code).toBe("CONFLICT");
  expect(await desk.status(approval.id)).toBe("outdated");
  expect((await desk.read(row)).json).toEqual({ ...row, version });
});

eachRule("a write that refers to what is gone is not done", async (desk) => {
  const asked = await desk.first();
  if (asked === undefined || desk.rule.on === "delete") {
    return;
  }
  for (const relation of desk.resource.relations.filter((each) => !isLinks(each))) {
    const target = resourceNamed(relation.to);
    const grants = target?.access.read ?? [];
    const seen = grants.includes("public") || grants.includes("authenticated");
    if (target === undefined || !can(target, "create") || !seen) {
      continue;
    }
    const other = await desk.factory.make(target);
    const it = { ...asked.it, new: { ...asked.it.new, [relation.key]: other.id } };
    const { approval } = objectIn(await desk.write(it, desk.asker, asked.row), 202);
    await desk.factory.forget(target, other);
    const { id } = approval as unknown as Approval;
    expect((await desk.decide(id)).status).toBe(409);
    expect(await desk.status(id)).toBe("outdated");
  }
});

eachRule("of many decisions one counts", async (desk) => {
  const asked = await desk.first();
  if (asked !== undefined) {
    const answers = await atOnce(5, () => desk.decide(asked.approval.id));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409]);
  }
});

eachRule("a repeated request asks once", async (desk) => {
  const asked = await desk.first();
  if (asked === undefined || desk.rule.on !== "create") {
    return;
  }
  const body = await desk.factory.body(desk.resource, asked.it.new, desk.asker);
  const headers = { "Idempotency-Key": "once" };
  const answers = await atOnce(3, () => desk.asker.post(desk.resource.path, body, headers));
  const ids = answers.map((answer) => (objectIn(answer, 202)["approval"] as JsonObject)["id"]);
  expect(new Set(ids).size).toBe(1);
});

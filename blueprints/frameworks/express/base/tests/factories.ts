/** Makes rows over HTTP, with everything that they refer to. */

import { createBody, Submitted } from "../src/core/bodies.ts";
import type { Call } from "../src/core/call.ts";
import type { Database } from "../src/core/database.ts";
import type { JsonObject, JsonValue } from "../src/core/fields.ts";
import { decodeJson } from "../src/core/json-body.ts";
import { Repository, Target } from "../src/core/repository.ts";
import { OWNER, type Row as StoredRow } from "../src/core/rows.ts";
import { Writer } from "../src/core/writing.ts";
import type { LogIn, Person } from "./callers.ts";
import { type Row, rowIn } from "./http.ts";
import { RESOURCES } from "./resources.ts";
import { can, isLinks, type Relation, type Resource, sampleOf, writtenOf } from "./table.ts";

const BY_ENTITY = new Map(RESOURCES.map((resource) => [resource.entity, resource]));

/** The resource of an entity; none for the accounts. */
export function resourceNamed(entity: string): Resource | undefined {
  return BY_ENTITY.get(entity);
}

/** The repository of a resource. */
export function repositoryOf({ entity }: Pick<Resource, "entity">): Repository<StoredRow> {
  const found = Target.of(entity);
  if (!(found instanceof Repository)) {
    throw new Error(`${entity} has no repository`);
  }
  return found;
}

/** Makes rows as an admin; unique values and required references are seen to. */
export interface Factory {
  /** A right body with every field; what it refers to belongs to the owner. */
  body(resource: Resource, given?: JsonObject, owner?: Person): Promise<JsonObject>;
  /** The id of a new row that this relation may refer to. */
  target(relation: Relation, owner?: Person): Promise<string>;
  /** A new row, as it is answered; where rows have owners, this one's is the given one. */
  make(resource: Resource, given?: JsonObject, owner?: Person): Promise<Row>;
  /** Remove a row that nothing refers to, without a request. */
  forget(resource: Resource, row: Row): Promise<void>;
}

/** A factory for one test. */
export function makeFactory(admin: Person, database: Database, logIn: LogIn): Factory {
  const made = new Map<string, number>();

  async function body(
    resource: Resource,
    given: JsonObject = {},
    owner?: Person,
  ): Promise<JsonObject> {
    const number = made.get(resource.entity) ?? 0;
    made.set(resource.entity, number + 1);
    const fields = writtenOf(resource).map((field) => [field.key, sampleOf(field, number)]);
    const whole = Object.fromEntries(fields) as JsonObject;
    for (const relation of resource.relations) {
      if (!Object.hasOwn(given, relation.key)) {
        whole[relation.key] = await reference(resource, relation, owner);
      }
    }
    return { ...whole, ...given };
  }

  async function reference(
    resource: Resource,
    relation: Relation,
    owner: Person | undefined,
  ): Promise<JsonValue> {
    if (isLinks(relation)) {
      return [];
    }
    const free = relation.optional || relation.to === resource.entity;
    return free ? null : await target(relation, owner);
  }

  async function target(relation: Relation, owner?: Person): Promise<string> {
    const resource = resourceNamed(relation.to);
    if (resource === undefined) {
      return String((await logIn("user")).id);
    }
    return (await make(resource, {}, owner)).id;
  }

  async function make(resource: Resource, given: JsonObject = {}, owner?: Person): Promise<Row> {
    const sent = await body(resource, given, owner);
    const row = can(resource, "create")
      ? rowIn(await admin.post(resource.path, sent), 201)
      : await stored(database, resource, sent);
    if (owner !== undefined && "ownerId" in repositoryOf(resource).fields) {
      const owned = { [OWNER.ownerId.column]: OWNER.ownerId.store(owner.id) };
      const update = database.db.updateTable(repositoryOf(resource).table).set(owned);
      await update.where("id", "=", row.id).execute();
    }
    return row;
  }

  async function forget(resource: Resource, row: Row): Promise<void> {
    await database.db.deleteFrom(repositoryOf(resource).table).where("id", "=", row.id).execute();
  }

  return { body, target, make, forget };
}

/** Make a row that no request can make, as the seed does. */
async function stored(database: Database, resource: Resource, body: JsonObject): Promise<Row> {
  const repository = repositoryOf(resource);
  const content = decodeJson(Buffer.from(JSON.stringify(body)));
  const submitted = new Submitted(createBody(repository.declared), content);
  const call: Call = {
    caller: { userId: null, role: "admin", sessionId: null },
    database,
    query: "",
    ifMatch: undefined,
    repeatable: undefined,
  };
  return await database.write(async (session) => {
    const unit = new Writer(session, repository, call);
    return (await unit.present(await unit.insert(await unit.accept(submitted)))) as Row;
  });
}

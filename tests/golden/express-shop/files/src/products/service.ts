/** Use cases of products: each step can fail, in the order of the answers. */

import type { Answer } from "../core/answers.ts";
import type { Submitted } from "../core/bodies.ts";
import type { Call } from "../core/call.ts";
import type { JsonObject } from "../core/fields.ts";
import { auditing, reading } from "../core/reading.ts";
import { restoring, writing } from "../core/writing.ts";
import { repository as tags } from "../tags/repository.ts";
import { repository } from "./repository.ts";

/** Find the products that the caller sees. */
export function list(call: Call): Promise<JsonObject> {
  return reading(call, repository, "list", (unit) => unit.page());
}

/** Find one product. */
export function read(call: Call, id: string): Promise<Answer> {
  return reading(call, repository, "read", (unit) => unit.read(id));
}

/** Store a new product. */
export function create(call: Call, body: Submitted<unknown>): Promise<JsonObject> {
  return writing(call, repository, "create", async (unit) => {
    await unit.once(body);
    const values = await unit.accept(body);
    return await unit.keep(201, await unit.insert(values));
  });
}

/** Store a product as it was sent, whole or some of its fields. */
export function update(call: Call, id: string, body: Submitted<unknown>): Promise<JsonObject> {
  return writing(call, repository, "update", async (unit) => {
    const row = await unit.find(id, "update");
    const values = await unit.accept(body, row);
    return await unit.present(await unit.update(row, values));
  });
}

/** Delete a product. */
export function remove(call: Call, id: string): Promise<void> {
  return writing(call, repository, "delete", async (unit) => {
    await unit.delete(await unit.find(id, "delete"));
  });
}

/** Bring a deleted product back. */
export function restore(call: Call, id: string): Promise<JsonObject> {
  return restoring(call, repository, async (unit) => {
    return await unit.present(await unit.restore(id));
  });
}

/** Find who changed a product. */
export function listAudit(call: Call, id: string): Promise<JsonObject> {
  return auditing(call, repository, (unit) => unit.audit(id));
}

/** Find the products of a supplier. */
export function listBySupplierId(call: Call, id: string): Promise<JsonObject> {
  return reading(call, repository, "list", (unit) => unit.pageOf("supplierId", id));
}

/** Find the tags of a product. */
export function listTags(call: Call, id: string): Promise<JsonObject> {
  return reading(call, tags, "list", (unit) => unit.pageLinked(repository, "tagIds", id));
}

/** Link a product to a tag. */
export function linkTag(call: Call, id: string, other: string): Promise<void> {
  return writing(call, repository, "update", (unit) => unit.link(id, "tagIds", other));
}

/** Take a link of a product to a tag away. */
export function unlinkTag(call: Call, id: string, other: string): Promise<void> {
  return writing(call, repository, "update", (unit) => unit.unlink(id, "tagIds", other));
}

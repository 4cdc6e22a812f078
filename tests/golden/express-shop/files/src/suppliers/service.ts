/** Use cases of suppliers: each step can fail, in the order of the answers. */

import type { Answer } from "../core/answers.ts";
import type { Submitted } from "../core/bodies.ts";
import type { Call } from "../core/call.ts";
import type { JsonObject } from "../core/fields.ts";
import { reading } from "../core/reading.ts";
import { writing } from "../core/writing.ts";
import { repository } from "./repository.ts";

/** Find the suppliers that the caller sees. */
export function list(call: Call): Promise<JsonObject> {
  return reading(call, repository, "list", (unit) => unit.page());
}

/** Find one supplier. */
export function read(call: Call, id: string): Promise<Answer> {
  return reading(call, repository, "read", (unit) => unit.read(id));
}

/** Store a new supplier. */
export function create(call: Call, body: Submitted<unknown>): Promise<JsonObject> {
  return writing(call, repository, "create", async (unit) => {
    await unit.once(body);
    const values = await unit.accept(body);
    return await unit.keep(201, await unit.insert(values));
  });
}

/** Store a supplier as it was sent, whole or some of its fields. */
export function update(call: Call, id: string, body: Submitted<unknown>): Promise<JsonObject> {
  return writing(call, repository, "update", async (unit) => {
    const row = await unit.find(id, "update");
    const values = await unit.accept(body, row);
    return await unit.present(await unit.update(row, values));
  });
}

/** Delete a supplier. */
export function remove(call: Call, id: string): Promise<void> {
  return writing(call, repository, "delete", async (unit) => {
    await unit.delete(await unit.find(id, "delete"));
  });
}

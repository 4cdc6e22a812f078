/** Users as other rows refer to them: their id and name, which whoever sees the row may see. */

import type { Connection } from "../core/database.ts";
import type { JsonObject } from "../core/fields.ts";
import { Target } from "../core/repository.ts";
import { fields, UNIQUE, type User } from "./schemas.ts";

class Users extends Target<User> {
  /** Who they are, without their accounts. */
  override async answers(_db: Connection, users: readonly User[]): Promise<JsonObject[]> {
    return users.map(({ id, name }) => ({ id, name }));
  }
}

export const users = new Users({
  name: "User",
  table: "users",
  fields,
  access: { read: "public" },
  unique: UNIQUE,
});

/** Users, as admins see and change them; each use case is one transaction. */

import { v7 as uuid7 } from "uuid";
import { hashPassword } from "../auth/passwords.ts";
import { revokeSessions } from "../auth/sessions.ts";
import { pageBody } from "../core/answers.ts";
import { mergePatch } from "../core/bodies.ts";
import type { Connection, Database, Session } from "../core/database.ts";
import { storage } from "../core/driver.ts";
import { ApiError, conflict } from "../core/errors.ts";
import type { Fields, JsonObject } from "../core/fields.ts";
import { ListTable } from "../core/listing.ts";
import type { Query } from "../core/query.ts";
import { storing, transaction } from "../core/unique.ts";
import { users } from "./reference.ts";
import { fields, type NewUser, ownFields, type User, type UserChanges } from "./schemas.ts";

const { id, email, name, role, active, createdAt, updatedAt } = fields;

const userList = new ListTable({
  id,
  filters: [email, role, active],
  sort: [email, name, role, active, createdAt, updatedAt],
  search: [],
  cursor: false,
});

/** A user as others see him; never a password or its hash. */
export function userBody(user: User): JsonObject {
  const values: Readonly<Record<string, unknown>> = user;
  return Object.fromEntries(
    users.shown.map(([key, field]) => [field.json, field.write(values[key])]),
  );
}

/** A user; 404 for an unknown one. */
export function read(database: Database, userId: string): Promise<User> {
  return database.read((db) => find(db, userId));
}

async function find(db: Connection, userId: string): Promise<User> {
  const stored = await users.select(db).selectAll().where("id", "=", userId).executeTakeFirst();
  if (stored === undefined) {
    throw new ApiError(404, "NOT_FOUND", "There is no such user.");
  }
  return users.load({ ...stored });
}

/** A page of users; 400 for what the list does not understand. */
export async function list(database: Database, query: Query): Promise<JsonObject> {
  const wanted = userList.read(query);
  query.requireValid();
  const [stored, frame] = await database.read((db) => userList.fetch(users.select(db), wanted));
  return pageBody(
    stored.map((row) => userBody(users.load(row))),
    frame,
  );
}

/** Make a user of any role; 409 when the address or another unique value is taken. */
export async function create(
  database: Database,
  { password, ...body }: NewUser,
  then: (session: Session, user: User) => Promise<void> = async () => undefined,
): Promise<User> {
  const now = new Date();
  const user: User = {
    ...untold(),
    ...body,
    id: uuid7(),
    active: true,
    createdAt: now,
    updatedAt: now,
    passwordHash: await hashPassword(password),
  };
  await transaction(database, users, async (session) => {
    const insert = session.db.insertInto(users.table).values(users.store(user));
    await storing(user, () => insert.execute());
    await then(session, user);
  });
  return user;
}

/** What a user's own fields are when nothing is said, as nothing can be of read-only ones. */
function untold(): object {
  const own: Fields = ownFields;
  const pairs = Object.entries(own).map(([key, field]) => {
    const fallback = field.traits.fallback as (() => unknown) | undefined;
    return [key, fallback?.() ?? null];
  });
  return Object.fromEntries(pairs);
}

/** Change a user; deactivation ends all sessions. 409 when no active admin would be left. */
export function update(database: Database, userId: string, changes: UserChanges): Promise<User> {
  return transaction(database, users, async (session) => {
    // Two admins who demote each other at the same time go one after the other.
    await database.lock(session, "admins");
    const user = await find(session.db, userId);
    const changed = await changedUser(session.db, user, changes);
    if (!changed.active) {
      await revokeSessions(session.db, user.id);
    }
    return changed;
  });
}

async function changedUser(db: Connection, user: User, changes: UserChanges): Promise<User> {
  if (Object.keys(changes).length === 0) {
    return user;
  }
  const values = { ...merged(user, changes), updatedAt: new Date() };
  const changed = { ...user, ...values };
  if (isActiveAdmin(user) && !isActiveAdmin(changed) && !(await hasOtherAdmin(db, user))) {
    throw conflict("This is the last active admin.");
  }
  const update = db.updateTable(users.table).set(users.store(values)).where("id", "=", user.id);
  await storing(changed, () => update.execute());
  return changed;
}

/** The changes, with the parts of a free object that stay. */
function merged(user: User, changes: UserChanges): UserChanges {
  const values: Readonly<Record<string, unknown>> = user;
  const given: Readonly<Record<string, unknown>> = changes;
  const pairs = Object.entries(given).map(([key, value]) => {
    const free = users.field(key).type.kind === "json" && value !== null;
    return [key, free ? mergePatch(values[key], value as JsonObject) : value];
  });
  return Object.fromEntries(pairs);
}

function isActiveAdmin(user: User): boolean {
  return user.role === "admin" && user.active;
}

async function hasOtherAdmin(db: Connection, user: User): Promise<boolean> {
  const other = await db
    .selectFrom(users.table)
    .select("id")
    .where("role", "=", "admin")
    .where("active", "=", storage.boolean.store(true))
    .where("id", "!=", user.id)
    .limit(1)
    .executeTakeFirst();
  return other !== undefined;
}

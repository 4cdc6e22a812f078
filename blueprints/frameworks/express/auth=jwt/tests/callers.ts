/** People for tests: real accounts that log in as anybody would. */

import { v7 as uuid7 } from "uuid";
import { hashPassword } from "../src/auth/passwords.ts";
import { Submitted } from "../src/core/bodies.ts";
import type { Database } from "../src/core/database.ts";
import type { JsonObject } from "../src/core/fields.ts";
import { decodeJson } from "../src/core/json-body.ts";
import { jsonName } from "../src/core/naming.ts";
import { Query } from "../src/core/query.ts";
import { users } from "../src/users/reference.ts";
import { ROLES as KNOWN } from "../src/users/roles.ts";
import { create } from "../src/users/schemas.ts";
import { type Client, clientAt, type Headers, type Look, objectIn } from "./http.ts";
import { ACCOUNTS } from "./resources.ts";
import { sampleOf, writtenOf } from "./table.ts";

/** What the tests of access try. */
export const ROLES: readonly string[] = ["anonymous", "owner", ...KNOWN];
/** What an operation for admins answers to somebody unknown. */
export const ADMINS_ONLY = 401;

export const PASSWORD = "Correct-Horse-7-Battery";
// Made once: it takes long on purpose.
const passwordHash = hashPassword(PASSWORD);

/** A logged-in user and the headers that say so. */
export interface Person extends Client {
  readonly id: string | null;
  readonly email: string;
  readonly role: string;
  readonly headers: Headers;
  readonly refreshToken: string;
}

export type LogIn = (role: string) => Promise<Person>;

/** What this project knows of a user besides, as in a body; unique values differ by number. */
export function ownFields(number: number): JsonObject {
  const pairs = writtenOf(ACCOUNTS).map((field) => [field.key, sampleOf(field, number)] as const);
  return Object.fromEntries(pairs);
}

/** Make a user of a role and log in. */
export function logInAt(url: string, database: Database, look: Look): LogIn {
  const anybody = clientAt(url, {}, look);
  // The first two are left to the bodies of tests.
  let number = 2;
  return async (role) => {
    const id = uuid7();
    const email = `${id}@example.com`;
    const known = { email, password: PASSWORD, name: "Test Person", role: "user" };
    const body = { ...known, ...ownFields(number++) };
    const content = decodeJson(Buffer.from(JSON.stringify(body)));
    const { password, ...values } = new Submitted(create, content).accept(new Query(""));
    const now = new Date();
    const made = { id, active: true, createdAt: now, updatedAt: now };
    const stored = users.store({
      ...values,
      ...made,
      role,
      passwordHash: await passwordHash,
    });
    await database.db.insertInto(users.table).values(stored).execute();
    const tokens = objectIn(await anybody.post("/auth/login", { email, password }));
    const headers = { Authorization: `Bearer ${String(tokens[jsonName("access_token")])}` };
    const refreshToken = String(tokens[jsonName("refresh_token")]);
    return { ...clientAt(url, headers, look), id, email, role, headers, refreshToken };
  };
}

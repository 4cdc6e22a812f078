/** Callers for tests: without accounts nobody logs in, and everybody may do everything. */

import type { Database } from "../src/core/database.ts";
import { type Client, clientAt, type Look } from "./http.ts";

/** What the tests of access try. */
export const ROLES = ["anonymous"];
/** What an operation for admins answers to somebody unknown. */
export const ADMINS_ONLY = 200;

/** Somebody unknown. */
export interface Person extends Client {
  readonly id: string | null;
}

export type LogIn = (role: string) => Promise<Person>;

/** Anybody will do. */
export function logInAt(url: string, _database: Database, look: Look): LogIn {
  return async () => ({ ...clientAt(url, {}, look), id: null });
}

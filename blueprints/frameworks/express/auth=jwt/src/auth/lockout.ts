/** Locks an address after too many failed logins, whether or not it has an account. */

import { v7 as uuid7 } from "uuid";
import type { Connection } from "../core/database.ts";
import { storage } from "../core/driver.ts";
import { ApiError } from "../core/errors.ts";
import type { AuthSettings } from "./config.ts";

const TABLE = "login_failures";

/**
 * Throw 429 while the address is locked.
 *
 * It is locked when its last `LOCKOUT_ATTEMPTS` failures lie within `LOCKOUT_SECONDS`, and stays so
 * for as long again after the last of them. Attempts while locked are not counted.
 */
export async function checkNotLocked(
  db: Connection,
  email: string,
  settings: AuthSettings,
): Promise<void> {
  const windowMs = settings.LOCKOUT_SECONDS * 1000;
  const failures = await db
    .selectFrom(TABLE)
    .select("at")
    .where("email", "=", email)
    .orderBy("at", "desc")
    .limit(settings.LOCKOUT_ATTEMPTS)
    .execute();
  const times = failures.map(({ at }) => storage.moment.load(at).getTime());
  const [last = 0, first = 0] = [times[0], times.at(-1)];
  const leftMs = last + windowMs - Date.now();
  if (times.length < settings.LOCKOUT_ATTEMPTS || last - first > windowMs || leftMs <= 0) {
    return;
  }
  throw new ApiError(
    429,
    "ACCOUNT_LOCKED",
    "Too many failed logins for this address; try again later.",
    { headers: { "Retry-After": String(Math.ceil(leftMs / 1000)) } },
  );
}

/** Count a failed login. */
export async function recordFailure(db: Connection, email: string): Promise<void> {
  const failure = { id: uuid7(), email, at: storage.moment.store(new Date()) };
  await db.insertInto(TABLE).values(failure).execute();
}

/** Forget the failures of an address, after a login that succeeded. */
export async function clearFailures(db: Connection, email: string): Promise<void> {
  await db.deleteFrom(TABLE).where("email", "=", email).execute();
}

/** What people do with their accounts; each is one transaction. */

import { enqueue } from "../background/jobs.ts";
import { storage } from "../core/driver.ts";
import { badCredentials, type FieldError, validationError } from "../core/errors.ts";
import { jsonName } from "../core/naming.ts";
import { publish } from "../core/publishing.ts";
import type { Runtime } from "../core/runtime.ts";
import type { NewUser, User } from "../users/schemas.ts";
import * as users from "../users/service.ts";
import { checkNotLocked, clearFailures, recordFailure } from "./lockout.ts";
import { sendResetMail, sendWelcomeMail } from "./mails.ts";
import { passwordFault } from "./password-policy.ts";
import { hashPassword, passwordMatches } from "./passwords.ts";
import { dropResets, findReset, useReset } from "./resets.ts";
import { pairOf, revokeSessions, startSession, type Tokens } from "./sessions.ts";
import type { AccessClaims } from "./tokens.ts";

/** Make an account and send a welcome; 409 when the address is taken. */
export function register({ database }: Runtime, body: Omit<NewUser, "role">): Promise<User> {
  return users.create(database, { ...body, role: "user" }, async (session, user) => {
    await enqueue(session.db, sendWelcomeMail, { userId: user.id });
    await publish(session, "user.registered", user.id, users.userBody(user));
  });
}

/** Start a session; 401 alike for an unknown address and a wrong password, 429 if locked. */
export async function login(runtime: Runtime, email: string, password: string): Promise<Tokens> {
  const { database, settings } = runtime;
  const user = await database.read(async (db) => {
    await checkNotLocked(db, email, settings);
    return await db
      .selectFrom("users")
      .select(["id", "password_hash"])
      .where("email", "=", email)
      .where("active", "=", storage.boolean.store(true))
      .executeTakeFirst();
  });
  const matches = await passwordMatches(password, user && String(user["password_hash"]));
  const session = await database.write(async (transaction) => {
    const { db } = transaction;
    // Guesses made at the same time wait for each other here: none gets past the lock.
    await database.lock(transaction, `login ${email}`);
    await checkNotLocked(db, email, settings);
    if (user === undefined || !matches) {
      await recordFailure(db, email);
      return undefined;
    }
    await clearFailures(db, email);
    return await startSession(db, String(user["id"]), settings);
  });
  if (session === undefined) {
    throw badCredentials("Address or password is wrong.", "INVALID_CREDENTIALS");
  }
  return await pairOf(session, settings);
}

/** Set a new password and end all other sessions; 401 when the current one is wrong. */
export async function changePassword(
  runtime: Runtime,
  { userId, sessionId }: AccessClaims,
  current: string,
  password: string,
): Promise<void> {
  const user = await runtime.database.read((db) =>
    db
      .selectFrom("users")
      .select("password_hash")
      .where("id", "=", userId)
      .executeTakeFirstOrThrow(),
  );
  if (!(await passwordMatches(current, String(user["password_hash"])))) {
    throw badCredentials("The current password is wrong.", "INVALID_CREDENTIALS");
  }
  const faults = faultsOf(password);
  if (faults.length > 0) {
    throw validationError(faults);
  }
  await setPassword(runtime, userId, password, { keep: sessionId });
}

/** Ask for a mail with a reset link. The same work is done for an unknown address. */
export async function requestReset({ database }: Runtime, email: string): Promise<void> {
  await database.write(({ db }) => enqueue(db, sendResetMail, { email }));
}

/** Set a new password with a mailed token, once, and end all sessions. */
export async function confirmReset(
  runtime: Runtime,
  token: string,
  password: string,
): Promise<void> {
  const reset = await findReset(runtime.database, token);
  const faults = faultsOf(password);
  if (reset === undefined || faults.length > 0) {
    throw validationError(reset === undefined ? [DEAD_TOKEN, ...faults] : faults);
  }
  await setPassword(runtime, reset.userId, password, { resetId: reset.id });
}

const DEAD_TOKEN: FieldError = {
  field: "token",
  rule: "reference",
  message: "is unknown, used or expired",
};

function faultsOf(password: string): FieldError[] {
  const fault = passwordFault(password, jsonName("new_password"));
  return fault === undefined ? [] : [fault];
}

async function setPassword(
  { database }: Runtime,
  userId: string,
  password: string,
  { keep, resetId }: { readonly keep?: string; readonly resetId?: string },
): Promise<void> {
  const passwordHash = await hashPassword(password);
  await database.write(async ({ db }) => {
    if (resetId !== undefined && !(await useReset(db, resetId))) {
      throw validationError([DEAD_TOKEN]);
    }
    await db
      .updateTable("users")
      .set({ password_hash: passwordHash, updated_at: storage.moment.store(new Date()) })
      .where("id", "=", userId)
      .execute();
    await dropResets(db, userId);
    await revokeSessions(db, userId, keep);
  });
}

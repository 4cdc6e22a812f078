/** Sessions and their chains of refresh tokens. */

import { v7 as uuid7 } from "uuid";
import type { Connection } from "../core/database.ts";
import { storage } from "../core/driver.ts";
import { type ApiError, badCredentials } from "../core/errors.ts";
import type { Runtime } from "../core/runtime.ts";
import type { AuthSettings } from "./config.ts";
import { hashSecret, issueAccessToken, newSecret } from "./tokens.ts";

/** A fresh pair of tokens; `expiresIn` is the life of the access token in seconds. */
export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresIn: number;
}

/** A session that goes on with a new refresh token. */
export interface Continued {
  readonly userId: string;
  readonly sessionId: string;
  readonly refreshToken: string;
}

/** Log a user in: a new session with its first refresh token. */
export async function startSession(
  db: Connection,
  userId: string,
  settings: AuthSettings,
): Promise<Continued> {
  const sessionId = uuid7();
  const login = {
    id: sessionId,
    user_id: userId,
    created_at: storage.moment.store(new Date()),
    revoked_at: null,
  };
  await db.insertInto("sessions").values(login).execute();
  return await continueSession(db, userId, sessionId, settings);
}

/** The pair of tokens for a session, once the transaction has kept its refresh token. */
export async function pairOf(session: Continued, settings: AuthSettings): Promise<Tokens> {
  return {
    accessToken: await issueAccessToken(session, settings),
    refreshToken: session.refreshToken,
    expiresIn: settings.ACCESS_TOKEN_SECONDS,
  };
}

/**
 * Exchange a refresh token for a new pair; 401 for one that is unknown, old or used.
 *
 * A used token that comes back has been stolen, from here or from its owner: nobody can tell which,
 * so the whole session ends.
 */
export async function rotate(runtime: Runtime, refreshToken: string): Promise<Tokens> {
  const { database, settings } = runtime;
  // What is refused is returned, not thrown: the end of a session must be kept all the same.
  const outcome = await database.write(({ db }) => rotated(db, refreshToken, settings));
  if (outcome instanceof Error) {
    throw outcome;
  }
  return await pairOf(outcome, settings);
}

async function rotated(
  db: Connection,
  refreshToken: string,
  settings: AuthSettings,
): Promise<Continued | ApiError> {
  const now = new Date();
  const token = await db
    .selectFrom("refresh_tokens")
    .innerJoin("sessions", "sessions.id", "refresh_tokens.session_id")
    .innerJoin("users", "users.id", "sessions.user_id")
    .select([
      "refresh_tokens.id as token_id",
      "refresh_tokens.expires_at as expires_at",
      "sessions.id as session_id",
      "sessions.user_id as user_id",
    ])
    .where("refresh_tokens.token_hash", "=", hashSecret(refreshToken))
    .where("sessions.revoked_at", "is", null)
    .where("users.active", "=", storage.boolean.store(true))
    .executeTakeFirst();
  if (token === undefined) {
    return badCredentials("The refresh token is not valid.");
  }
  const sessionId = String(token["session_id"]);
  // Of two requests with one token, only one changes the row.
  const { numUpdatedRows } = await db
    .updateTable("refresh_tokens")
    .set({ used_at: storage.moment.store(now) })
    .where("id", "=", token["token_id"])
    .where("used_at", "is", null)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows === 0n) {
    await revokeSession(db, sessionId);
    return badCredentials("The refresh token was used before; log in again.");
  }
  if (storage.moment.load(token["expires_at"]) <= now) {
    return badCredentials("The refresh token has expired.", "TOKEN_EXPIRED");
  }
  return await continueSession(db, String(token["user_id"]), sessionId, settings);
}

async function continueSession(
  db: Connection,
  userId: string,
  sessionId: string,
  settings: AuthSettings,
): Promise<Continued> {
  const [refreshToken, hash] = newSecret();
  const now = Date.now();
  const kept = {
    id: uuid7(),
    session_id: sessionId,
    token_hash: hash,
    created_at: storage.moment.store(new Date(now)),
    expires_at: storage.moment.store(new Date(now + settings.REFRESH_TOKEN_SECONDS * 1000)),
    used_at: null,
  };
  await db.insertInto("refresh_tokens").values(kept).execute();
  return { userId, sessionId, refreshToken };
}

/** Log out: end the session of a refresh token, if there is one. */
export async function endSession({ database }: Runtime, refreshToken: string): Promise<void> {
  await database.write(async ({ db }) => {
    const token = await db
      .selectFrom("refresh_tokens")
      .select("session_id")
      .where("token_hash", "=", hashSecret(refreshToken))
      .executeTakeFirst();
    if (token !== undefined) {
      await revokeSession(db, String(token["session_id"]));
    }
  });
}

/** End one session; its access tokens die with it. */
async function revokeSession(db: Connection, sessionId: string): Promise<void> {
  await db
    .updateTable("sessions")
    .set({ revoked_at: storage.moment.store(new Date()) })
    .where("id", "=", sessionId)
    .where("revoked_at", "is", null)
    .execute();
}

/** End all sessions of a user, but perhaps the one he is using. */
export async function revokeSessions(
  db: Connection,
  userId: string,
  keep: string | null = null,
): Promise<void> {
  const update = db
    .updateTable("sessions")
    .set({ revoked_at: storage.moment.store(new Date()) })
    .where("user_id", "=", userId)
    .where("revoked_at", "is", null);
  await (keep === null ? update : update.where("id", "!=", keep)).execute();
}

/** From an `Authorization` header to a user, by way of the token and its session. */

import type { Request } from "express";
import { runtimeOf } from "../core/call.ts";
import { storage } from "../core/driver.ts";
import { ApiError, badCredentials } from "../core/errors.ts";
import { type AccessClaims, readAccessToken } from "./tokens.ts";

/** A logged-in user, as the database knows him now. */
export interface Identity extends AccessClaims {
  readonly role: string;
}

/**
 * The user of the token, nobody without one.
 *
 * Throws 401 for a token that is malformed, expired, revoked or of a deactivated user. The role
 * comes from the database, so a change of it acts at once.
 */
export async function authenticate(request: Request): Promise<Identity | undefined> {
  const claims = await claimsOf(request);
  if (claims === undefined) {
    return undefined;
  }
  const user = await runtimeOf(request).database.read((db) =>
    db
      .selectFrom("users")
      .innerJoin("sessions", "sessions.user_id", "users.id")
      .select("users.role")
      .where("users.id", "=", claims.userId)
      .where("users.active", "=", storage.boolean.store(true))
      .where("sessions.id", "=", claims.sessionId)
      .where("sessions.revoked_at", "is", null)
      .executeTakeFirst(),
  );
  if (user === undefined) {
    throw badCredentials("The session has ended.");
  }
  return { ...claims, role: String(user["role"]) };
}

/** The user of a valid token, without asking the database; none for a bad one. */
export async function claimedUser(request: Request): Promise<string | undefined> {
  try {
    return (await claimsOf(request))?.userId;
  } catch (error) {
    if (!(error instanceof ApiError)) {
      throw error;
    }
    return undefined;
  }
}

const known = new WeakMap<Request, Promise<AccessClaims | undefined>>();

/** What the token says. It is asked for twice, by the limits first, and read once. */
function claimsOf(request: Request): Promise<AccessClaims | undefined> {
  const claims = known.get(request) ?? readClaims(request);
  known.set(request, claims);
  return claims;
}

async function readClaims(request: Request): Promise<AccessClaims | undefined> {
  const token = bearerToken(request);
  const { settings } = runtimeOf(request);
  return token === undefined ? undefined : await readAccessToken(token, settings);
}

function bearerToken(request: Request): string | undefined {
  const header = request.get("Authorization");
  if (header === undefined) {
    return undefined;
  }
  const [, token] = /^bearer +(\S.*)$/i.exec(header) ?? [];
  if (token === undefined) {
    throw badCredentials("Send a bearer token.");
  }
  return token.trim();
}

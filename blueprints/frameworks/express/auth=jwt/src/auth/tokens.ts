/** Access tokens (JWT, RFC 7519) and opaque secrets such as refresh tokens. */

import { createHash, randomBytes } from "node:crypto";
import { errors, type JWTPayload, jwtVerify, SignJWT } from "jose";
import { v7 as uuid7, validate } from "uuid";
import { badCredentials } from "../core/errors.ts";
import type { AuthSettings } from "./config.ts";

const ALGORITHM = "HS256";
const ACCESS = "access";
const CLAIMS = ["iss", "aud", "sub", "sid", "exp", "iat", "jti", "typ"];

/** What an access token says that we rely on. */
export interface AccessClaims {
  readonly userId: string;
  readonly sessionId: string;
}

/** Sign an access token for this session. */
export async function issueAccessToken(
  { userId, sessionId }: AccessClaims,
  settings: AuthSettings,
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return await new SignJWT({ sid: sessionId, typ: ACCESS })
    .setProtectedHeader({ alg: ALGORITHM, typ: "JWT" })
    .setIssuer(settings.JWT_ISSUER)
    .setAudience(settings.JWT_AUDIENCE)
    .setSubject(userId)
    .setIssuedAt(now)
    .setExpirationTime(now + settings.ACCESS_TOKEN_SECONDS)
    .setJti(uuid7())
    .sign(settings.JWT_SECRET);
}

/** Check signature, algorithm, issuer, audience, times and kind; 401 otherwise. */
export async function readAccessToken(
  token: string,
  settings: AuthSettings,
): Promise<AccessClaims> {
  try {
    const { payload } = await jwtVerify(token, settings.JWT_SECRET, {
      algorithms: [ALGORITHM],
      issuer: settings.JWT_ISSUER,
      audience: settings.JWT_AUDIENCE,
      requiredClaims: CLAIMS,
    });
    return claimsOf(payload);
  } catch (error) {
    throw refusal(error);
  }
}

function claimsOf(payload: JWTPayload): AccessClaims {
  const { typ, sub, sid, iat = 0 } = payload;
  if (typ !== ACCESS) {
    throw badCredentials("This is no access token.");
  }
  if (!validate(sub) || !validate(sid) || iat > Date.now() / 1000) {
    throw badCredentials("The access token is not valid.");
  }
  return { userId: String(sub), sessionId: String(sid) };
}

/** What a caller is told about his token; whatever is no fault of it stays what it is. */
function refusal(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) {
    return badCredentials("The access token has expired.", "TOKEN_EXPIRED");
  }
  if (error instanceof errors.JOSEError) {
    return badCredentials("The access token is not valid.");
  }
  return error;
}

/** A random token for a person, and the hash of it for the database. */
export function newSecret(): readonly [token: string, hash: string] {
  const token = randomBytes(32).toString("base64url");
  return [token, hashSecret(token)];
}

/** SHA-256 suffices for 256 random bits: there is nothing to guess. */
export function hashSecret(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

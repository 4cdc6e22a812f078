/** Who is asking: the user of a bearer token (RFC 6750) whose session is still alive. */

import type { NextFunction, Request, Response } from "express";
import { authenticate, claimedUser } from "../auth/bearer.ts";
import { BASE_PATH } from "../project.ts";
import type { Settings } from "../settings.ts";
import { pathOf } from "./call.ts";
import { requestContext } from "./logging.ts";
import type { Limit } from "./rate-limit.ts";

/** Answers under these are about people; nobody on the way may keep them. */
export const PRIVATE_PATHS: readonly string[] = [`${BASE_PATH}/auth/`, `${BASE_PATH}/users`];

/** The caller of a request; nobody is logged in when `userId` is null. */
export interface Caller {
  readonly userId: string | null;
  readonly role: string | null;
  readonly sessionId: string | null;
}

export const NOBODY: Caller = { userId: null, role: null, sessionId: null };

/** Whether the caller passes every access check. */
export function isAdmin(caller: Caller): boolean {
  return caller.role === "admin";
}

/** Tell who calls; 401 for a bad, expired or revoked token, also where none is needed. */
export async function identify(
  request: Request,
  response: Response,
  next: NextFunction,
): Promise<void> {
  const found = await authenticate(request);
  response.locals["caller"] = found ?? NOBODY;
  const context = requestContext();
  if (context !== undefined) {
    context.userId = found?.userId;
  }
  next();
}

/** What a request counts against: its user, else its address; on /auth always the address. */
export async function limitFor(
  request: Request,
  address: string,
  settings: Settings,
): Promise<Limit> {
  if (pathOf(request).startsWith(`${BASE_PATH}/auth/`)) {
    return { key: `auth ${address}`, perMinute: settings.AUTH_RATE_LIMIT_PER_MINUTE };
  }
  const user = await claimedUser(request);
  const key = user === undefined ? `address ${address}` : `user ${user}`;
  return { key, perMinute: settings.RATE_LIMIT_PER_MINUTE };
}

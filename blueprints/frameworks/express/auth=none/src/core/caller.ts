/** Who is asking: this service has no accounts, so nobody is ever logged in. */

import type { NextFunction, Request, Response } from "express";
import type { Settings } from "../settings.ts";
import type { Limit } from "./rate-limit.ts";

/** Paths whose answers are about people; without accounts there are none. */
export const PRIVATE_PATHS: readonly string[] = [];

/** The caller of a request; nobody is logged in when `userId` is null. */
export interface Caller {
  readonly userId: string | null;
  readonly role: string | null;
  readonly sessionId: string | null;
}

export const NOBODY: Caller = { userId: null, role: null, sessionId: null };

/** Whether the caller passes every access check: where nobody can log in, everybody does. */
export function isAdmin(_caller: Caller): boolean {
  return true;
}

/** Tell who calls: always nobody. */
export function identify(_request: Request, response: Response, next: NextFunction): void {
  response.locals["caller"] = NOBODY;
  next();
}

/** What a request counts against: its address. */
export function limitFor(_request: Request, address: string, settings: Settings): Limit {
  return { key: `address ${address}`, perMinute: settings.RATE_LIMIT_PER_MINUTE };
}

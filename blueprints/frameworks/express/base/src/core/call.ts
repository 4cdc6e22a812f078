/** One request as the services see it. */

import type { Request, Response } from "express";
import type { Body } from "./bodies.ts";
import { Submitted } from "./bodies.ts";
import type { Caller } from "./caller.ts";
import type { Database } from "./database.ts";
import { HEADER, type Repeatable } from "./idempotency.ts";
import { requestContext } from "./logging.ts";
import type { Runtime } from "./runtime.ts";

/** Who calls, with which parameters and conditions, on which database. */
export interface Call {
  readonly caller: Caller;
  readonly database: Database;
  /** The raw query string. */
  readonly query: string;
  readonly ifMatch: string | undefined;
  readonly repeatable: Repeatable | undefined;
}

/** The call behind a request. */
export function callOf(request: Request, response: Response): Call {
  const { database, settings } = runtimeOf(request);
  const caller = response.locals["caller"] as Caller;
  const key = request.get(HEADER);
  return {
    caller,
    database,
    query: queryOf(request),
    ifMatch: request.get("If-Match"),
    repeatable:
      key === undefined
        ? undefined
        : {
            key,
            caller: callerKey(caller),
            path: pathOf(request),
            seconds: settings.IDEMPOTENCY_SECONDS,
          },
  };
}

/** What the application keeps for its routes. */
export function runtimeOf(request: Request): Runtime {
  return request.app.locals["runtime"] as Runtime;
}

function callerKey({ userId }: Caller): string {
  return userId === null ? `address ${requestContext()?.clientAddress}` : `user ${userId}`;
}

/** The path as it was asked for, without its query. */
export function pathOf(request: Request): string {
  const [path = ""] = request.originalUrl.split("?", 1);
  return path;
}

function queryOf(request: Request): string {
  const at = request.originalUrl.indexOf("?");
  return at < 0 ? "" : request.originalUrl.slice(at + 1);
}

/** A parameter of the path. */
export function parameter(request: Request, name: string): string {
  const value = request.params[name];
  return typeof value === "string" ? value : "";
}

/** The body of a request, to be judged by the service. */
export function submitted<V>(request: Request, body: Body<V>): Submitted<V> {
  return new Submitted(body, request.body);
}

/**
 * Receives what other services tell: looks at the signature, then does the command once.
 *
 * Another service sends an event again until it has an answer, so one event may come many times,
 * also at once. The event's id is the idempotency key of the command: it is kept in the command's
 * own transaction, and an event that comes again finds it there.
 */

import type { Request, Response } from "express";
import { sendNothing } from "../core/answers.ts";
import { type Body, createBody, Submitted } from "../core/bodies.ts";
import { type Call, callOf, runtimeOf } from "../core/call.ts";
import { ApiError, validationError } from "../core/errors.ts";
import * as field from "../core/fields.ts";
import { REPLAYED, Replay } from "../core/idempotency.ts";
import { jsonBody } from "../core/json-body.ts";
import { Query } from "../core/query.ts";
import type { SecretName } from "./own-secrets.ts";
import { isSigned } from "./signature.ts";

/** The command that an event asks for, and where in the event its row and its input are. */
export interface Reaction {
  readonly type: string;
  readonly run: (call: Call, id: string, body: Submitted<never>) => Promise<field.JsonObject>;
  readonly row: string;
  readonly body?: Body<unknown>;
  readonly input?: Readonly<Record<string, string>>;
}

/** Another service that tells of what happens there; `secret` is a setting. */
export interface Webhook {
  readonly name: string;
  readonly path: string;
  readonly secret: SecretName;
  readonly header: string;
  /** Seconds. */
  readonly tolerance: number;
  readonly reactions: readonly Reaction[];
}

/** What every event says; the rest is the other service's own. */
const EVENT = createBody({
  id: field.string({ column: "id", min: 1, pattern: "^[ -~]+$" }),
  type: field.string({ column: "type", min: 1 }),
});

/** Act on an event: 204 when it is done, was done before, or is nothing to act on. */
export async function receive(
  webhook: Webhook,
  request: Request,
  response: Response,
): Promise<void> {
  requireSignature(webhook, request);
  jsonBody(request, response, () => undefined);
  const told: unknown = request.body;
  const query = new Query(callOf(request, response).query);
  const { id, type } = eventOf(told).accept(query);
  const reaction = webhook.reactions.find((each) => each.type === type);
  if (reaction === undefined) {
    sendNothing(response);
    return;
  }
  const row = rowIn(told, reaction.row);
  const call = callFor(webhook, id, request);
  try {
    await reaction.run(call, row, submittedIn(told, reaction));
  } catch (error) {
    if (!(error instanceof Replay)) {
      throw error;
    }
    response.set(REPLAYED, "true");
  }
  sendNothing(response);
}

function requireSignature(webhook: Webhook, request: Request): void {
  const data: unknown = request.body;
  const judged = {
    body: Buffer.isBuffer(data) ? data : new Uint8Array(),
    secret: runtimeOf(request).settings[webhook.secret],
    now: Date.now() / 1000,
    tolerance: webhook.tolerance,
  };
  if (!isSigned(request.get(webhook.header) ?? "", judged)) {
    throw new ApiError(401, "UNAUTHORIZED", "The signature is missing, wrong or too old.", {
      headers: { "WWW-Authenticate": "HMAC-SHA256" },
    });
  }
}

/** The other service calls as an admin would: whom it lets do what is its own business. */
function callFor(webhook: Webhook, key: string, request: Request): Call {
  const { database, settings } = runtimeOf(request);
  return {
    caller: { userId: null, role: "admin", sessionId: null },
    database,
    query: "",
    ifMatch: undefined,
    repeatable: {
      key,
      caller: `webhook ${webhook.name}`,
      path: webhook.path,
      seconds: settings.IDEMPOTENCY_SECONDS,
    },
  };
}

function eventOf(told: unknown): Submitted<{ readonly id: string; readonly type: string }> {
  const keys = ["id", "type"].filter((key) => keyIn(told, key) !== undefined);
  const plain = isObject(told) ? Object.fromEntries(keys.map((key) => [key, told[key]])) : told;
  return new Submitted(EVENT, plain);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function keyIn(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** What is at the end of a way, `data.object.id`; null and undefined where it leads nowhere. */
function found(told: unknown, way: string): unknown {
  return way.split(".").reduce(keyIn, told);
}

function rowIn(told: unknown, way: string): string {
  const id = found(told, way) ?? null;
  if (typeof id === "string") {
    return id;
  }
  const [rule, message] =
    id === null
      ? (["required", "must be given"] as const)
      : (["type", "must be a string"] as const);
  throw validationError([{ field: way, rule, message }]);
}

function submittedIn(told: unknown, { body, input = {} }: Reaction): Submitted<never> {
  const pairs = Object.entries(input).map(([key, way]) => [key, found(told, way) ?? null] as const);
  const given = Object.fromEntries(pairs.filter(([, value]) => value !== null));
  return new Submitted((body ?? EVENT) as Body<never>, given);
}

/** What is answered: rows, pages of rows, and their validators (RFC 9110, section 8.8). */

import type { Request, Response } from "express";
import { BASE_PATH } from "../project.ts";
import type { JsonObject, JsonValue } from "./fields.ts";
import type { Frame } from "./listing.ts";
import { jsonName } from "./naming.ts";

/** A row as callers see it, its version, and whether `expand` has added to it. */
export interface Answer {
  readonly body: JsonObject;
  readonly expanded?: boolean;
}

/** Rows of one page with what stands beside them. */
export function pageBody(items: readonly JsonObject[], frame: Frame): JsonObject {
  const beside = Object.entries(frame).map(([key, value]) => [
    key === "nextCursor" ? jsonName("next_cursor") : key,
    value,
  ]);
  return { items: [...items], ...Object.fromEntries(beside) };
}

/** 200 with a JSON value. */
export function sendJson(response: Response, value: JsonValue, status = 200): void {
  sendText(response.status(status), "application/json", JSON.stringify(value));
}

/** A body of this type as it is: of a string, Express would add a charset to the type. */
export function sendText(response: Response, type: string, text: string): void {
  response.setHeader("Content-Type", type);
  response.send(Buffer.from(text));
}

/**
 * 200 with a row and its ETag, or 304 when the client has it already.
 *
 * A row with expanded relations has no ETag: its version does not speak for them.
 */
export function sendRow(request: Request, response: Response, answer: Answer): void {
  if (answer.expanded) {
    sendJson(response, answer.body);
    return;
  }
  const tag = tagOf(answer.body);
  response.set("ETag", tag);
  const known = request.get("If-None-Match");
  if (request.method === "GET" && known !== undefined && matches(known, tag)) {
    response.status(304).end();
    return;
  }
  sendJson(response, answer.body);
}

/** 201 with the new row and its place in a collection. */
export function sendCreated(response: Response, body: JsonObject, collection: string): void {
  response.set("Location", `${BASE_PATH}/${collection}/${String(body["id"])}`);
  response.set("ETag", tagOf(body));
  sendJson(response, body, 201);
}

/** 204. */
export function sendNothing(response: Response): void {
  response.status(204).end();
}

function tagOf(body: JsonObject): string {
  return `"${String(body["version"])}"`;
}

/** Whether a list of entity tags (`"1", W/"2"` or `*`) names this one, weakly compared. */
function matches(header: string, tag: string): boolean {
  const tags = header.split(",").map((each) => each.trim().replace(/^W\//, ""));
  return header.trim() === "*" || tags.includes(tag);
}

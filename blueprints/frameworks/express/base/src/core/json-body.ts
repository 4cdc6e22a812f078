/** Strict reading of JSON bodies (RFC 8259), before any validation. */

import express, { type NextFunction, type Request, type Response } from "express";
import { ApiError, malformedJson } from "./errors.ts";
import { Numeral } from "./numbers.ts";

const MAX_DEPTH = 64;
const JSON_TYPES = ["application/json"];
const PATCH_TYPES = ["application/merge-patch+json", "application/json"];

/**
 * Decode a body; anything that RFC 8259 does not allow, or nested too deep, is a 400.
 *
 * Numbers keep their digits (`Numeral`) unless they are whole and safe; of a duplicate key the last
 * value counts.
 */
export function decodeJson(data: Uint8Array): unknown {
  let text: string;
  try {
    // A byte order mark is kept, and then refused: it is no JSON.
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    throw malformedJson("The body is not UTF-8.");
  }
  refuseDepth(text);
  try {
    return JSON.parse(text, revive);
  } catch (error) {
    throw error instanceof ApiError ? error : malformedJson("The body is not JSON.");
  }
}

function revive(key: string, value: unknown, context: { readonly source?: string }): unknown {
  if (!key.isWellFormed() || (typeof value === "string" && !value.isWellFormed())) {
    throw malformedJson("A string holds half a surrogate pair.");
  }
  if (typeof value !== "number") {
    return value;
  }
  const digits = context.source ?? String(value);
  return Number.isSafeInteger(value) && /^-?\d+$/.test(digits) ? value : new Numeral(digits);
}

/** Look before parsing: the brackets outside strings, however wrong the rest may be. */
function refuseDepth(text: string): void {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    if (quoted) {
      if (letter === "\\") {
        at++;
      } else if (letter === '"') {
        quoted = false;
      }
    } else if (letter === '"') {
      quoted = true;
    } else if (letter === "{" || letter === "[") {
      depth++;
      if (depth > MAX_DEPTH) {
        throw malformedJson(`The body is nested deeper than ${MAX_DEPTH}.`);
      }
    } else if (letter === "}" || letter === "]") {
      depth--;
    }
  }
}

/** Read the bytes of a body, however they are sent, up to a limit; 413 beyond it. */
export function readBody(limit: number): express.RequestHandler {
  const read = express.raw({ type: () => true, limit, inflate: false });
  return (request, response, next) => {
    // The parser would wait for the whole of a body that is too large by its own account.
    if (Number(request.get("Content-Length") ?? 0) > limit) {
      request.resume();
      throw tooLarge(limit);
    }
    read(request, response, (error?: unknown) => next(error && bodyError(error, limit)));
  };
}

function bodyError(error: unknown, limit: number): unknown {
  const kind = error instanceof Error && "type" in error ? error.type : undefined;
  if (kind === "entity.too.large") {
    return tooLarge(limit);
  }
  if (kind === "encoding.unsupported") {
    return new ApiError(415, "UNSUPPORTED_MEDIA_TYPE", "Send the body without compression.");
  }
  if (kind === "request.aborted" || kind === "request.size.invalid") {
    return malformedJson("The body ended too early.");
  }
  return error;
}

function tooLarge(limit: number): ApiError {
  return new ApiError(413, "PAYLOAD_TOO_LARGE", `The body may have at most ${limit} bytes.`, {
    headers: { Connection: "close" },
  });
}

/** Decode the body of a route that takes one; its value is `request.body` afterwards. */
export function jsonBody(request: Request, _response: Response, next: NextFunction): void {
  const data: unknown = request.body;
  const bytes = Buffer.isBuffer(data) ? data : new Uint8Array();
  const allowed = request.method === "PATCH" ? PATCH_TYPES : JSON_TYPES;
  const [type = ""] = (request.get("Content-Type") ?? "").split(";");
  if (bytes.length > 0 && !allowed.includes(type.trim().toLowerCase())) {
    const header = request.method === "PATCH" ? "Accept-Patch" : "Accept";
    throw new ApiError(415, "UNSUPPORTED_MEDIA_TYPE", `Send the body as ${allowed[0]}.`, {
      headers: { [header]: allowed.join(", ") },
    });
  }
  request.body = decodeJson(bytes);
  next();
}

/** One error body for every failure, whichever layer noticed it. */

import type { JsonObject } from "./fields.ts";
import { jsonName } from "./naming.ts";

/** The codes that clients may compare; messages are for people. */
export type ErrorCode =
  | "VALIDATION_ERROR"
  | "MALFORMED_JSON"
  | "UNAUTHORIZED"
  | "INVALID_CREDENTIALS"
  | "TOKEN_EXPIRED"
  | "FORBIDDEN"
  | "NOT_FOUND"
  | "METHOD_NOT_ALLOWED"
  | "CONFLICT"
  | "PRECONDITION_FAILED"
  | "PAYLOAD_TOO_LARGE"
  | "UNSUPPORTED_MEDIA_TYPE"
  | "IDEMPOTENCY_KEY_REUSED"
  | "RATE_LIMITED"
  | "ACCOUNT_LOCKED"
  | "INTERNAL_ERROR"
  | "SERVICE_UNAVAILABLE";

/** Of several rules that one field breaks, the first in this order is reported. */
const RULES = [
  "unknown",
  "readOnly",
  "required",
  "type",
  "format",
  "enum",
  "scale",
  "min",
  "max",
  "above",
  "below",
  "pattern",
  "unique",
  "reference",
  "rule",
  "repeated",
] as const;

export type Rule = (typeof RULES)[number];

/** One faulty field: its JSON key (`tagIds[1]`) or query parameter, and the rule it breaks. */
export interface FieldError {
  readonly field: string;
  readonly rule: Rule;
  readonly message: string;
}

/** A value breaks a rule; the message says what a right value would be. */
export class Fault extends Error {
  readonly rule: Rule;

  constructor(rule: Rule, message: string) {
    super(message);
    this.rule = rule;
  }
}

interface ErrorOptions {
  readonly details?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** A failure with its answer. Throw it anywhere below a route. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: ErrorCode;
  readonly details: readonly FieldError[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.status = status;
    this.code = code;
    this.details = options.details ?? [];
    this.headers = options.headers ?? {};
  }
}

/** 400 with one entry per faulty field. */
export function validationError(details: readonly FieldError[]): ApiError {
  return new ApiError(400, "VALIDATION_ERROR", "The request has faulty fields.", {
    details: firstPerField(details),
  });
}

/** 400: the body is not JSON as RFC 8259 defines it. */
export function malformedJson(message: string): ApiError {
  return new ApiError(400, "MALFORMED_JSON", message);
}

/** 401 with the bare challenge of RFC 6750: there are no credentials. */
export function unauthorized(): ApiError {
  return new ApiError(401, "UNAUTHORIZED", "Log in first.", {
    headers: { "WWW-Authenticate": "Bearer" },
  });
}

/** 401 for credentials that are no good. */
export function badCredentials(message: string, code: ErrorCode = "UNAUTHORIZED"): ApiError {
  return new ApiError(401, code, message, {
    headers: { "WWW-Authenticate": 'Bearer error="invalid_token"' },
  });
}

/** 403: known caller, not allowed. */
export function forbidden(message = "You may not do this."): ApiError {
  return new ApiError(403, "FORBIDDEN", message);
}

/** 404: no such path, or no such row that the caller may read. */
export function notFound(): ApiError {
  return new ApiError(404, "NOT_FOUND", "There is no such thing here.");
}

/** 409: the state of the data forbids it. */
export function conflict(message: string, details: readonly FieldError[] = []): ApiError {
  return new ApiError(409, "CONFLICT", message, { details });
}

/** 412: the caller wants to write another version than the present one. */
export function outdated(): ApiError {
  return new ApiError(412, "PRECONDITION_FAILED", "The row has changed since it was read.");
}

/** 503: the database is away, busy for too long, or its pool is exhausted. */
export function unavailable(cause?: unknown): ApiError {
  return new ApiError(503, "SERVICE_UNAVAILABLE", "The service is not available at the moment.", {
    headers: { "Retry-After": "1" },
    cause,
  });
}

/** Keep one error per field, the first in the order of the rules; fields keep their order. */
export function firstPerField(details: readonly FieldError[]): FieldError[] {
  const found = new Map<string, FieldError>();
  for (const error of details) {
    const known = found.get(error.field);
    if (known === undefined || RULES.indexOf(error.rule) < RULES.indexOf(known.rule)) {
      found.set(error.field, error);
    }
  }
  return [...found.values()];
}

/** Write a location as clients see it: `["tagIds", 1]` is `tagIds[1]`. */
export function fieldPath(location: readonly PropertyKey[]): string {
  let path = "";
  for (const part of location) {
    if (typeof part === "number") {
      path += `[${part}]`;
    } else {
      path += path === "" ? String(part) : `.${String(part)}`;
    }
  }
  return path;
}

/** The body of the contract. */
export function errorBody(error: ApiError, requestId: string): JsonObject {
  return {
    error: {
      code: error.code,
      message: error.message,
      details: error.details.map(({ field, rule, message }) => ({ field, rule, message })),
      [jsonName("request_id")]: requestId,
    },
  };
}

/** Asking another service: typed, in limited time, again where that is safe, not while it is away. */

import { BrokenCircuitError } from "cockatiel";
import type { Fields, JsonObject, JsonValue, ValuesOf } from "../core/fields.ts";
import { decodeJson } from "../core/json-body.ts";
import { requestContext } from "../core/logging.ts";
import { NAME, VERSION } from "../project.ts";
import { RequestRefusedError, ServiceFailedError } from "./errors.ts";
import { type Given, read, WrongValueError, written } from "./messages.ts";
import { makeBreaker, repeating, waitAskedFor } from "./resilience.ts";

// Doing these twice is as good as once (RFC 9110, section 9.2.2).
const IDEMPOTENT: readonly string[] = ["GET", "PUT", "DELETE"];
const WITH_BODY: readonly string[] = ["POST", "PUT", "PATCH"];

/** How something is asked for. */
interface Way {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** `{key}` stands for a JSON key of the input. */
  readonly path: string;
  /** How long one attempt may take. */
  readonly timeoutMs: number;
}

/** Something that can be asked of a service. */
interface Operation<G extends Fields, L extends keyof G, A extends Fields> extends Way {
  readonly given: G;
  /** What of the input may be left out. */
  readonly optional: readonly L[];
  /** What is read of the answer. */
  readonly answer: A;
}

/** What a single request may say besides its input. */
export interface Asking {
  /** By this the service can tell a repeated request, so that any operation is tried again. */
  readonly idempotencyKey?: string;
}

/** Asks for an operation; throws `ServiceFailedError` or `RequestRefusedError`. */
export type Method<G extends Fields, L extends keyof G, A extends Fields> = (
  given: Given<G, L>,
  asking?: Asking,
) => Promise<ValuesOf<A>>;

/** Headers that show who we are. */
export type Credentials = Readonly<Record<string, string>>;

/** Show who we are by a bearer token. */
export function bearer(token: string): Credentials {
  return { Authorization: `Bearer ${token}` };
}

/** Show who we are by a token in a header of its own. */
export function inHeader(name: string, token: string): Credentials {
  return { [name]: token };
}

/** How a service is reached. */
interface Place {
  /** What people call it. */
  readonly name: string;
  readonly url: string;
  readonly credentials?: Credentials;
  /** Aborted when nobody waits for answers any more. */
  readonly closing: AbortSignal;
}

/** A request, ready to be sent any number of times. */
interface Sendable {
  readonly url: string;
  readonly init: RequestInit;
  readonly timeoutMs: number;
}

/** Another service, as this process reaches it. */
export class Service {
  private readonly place: Place;
  private readonly breaker;

  constructor(place: Place) {
    this.place = place;
    this.breaker = makeBreaker(place.name);
  }

  /** The method of an operation. */
  asking<G extends Fields, const L extends keyof G, A extends Fields>(
    operation: Operation<G, L, A>,
  ): Method<G, L, A> {
    return async (given, asking = {}) => {
      const request = this.request(operation, written(operation.given, given), asking);
      const safe = IDEMPOTENT.includes(operation.method) || asking.idempotencyKey !== undefined;
      const once = () => this.attempt(request);
      const bytes = await (safe ? repeating.execute(once) : once());
      return this.read(operation.answer, bytes);
    };
  }

  private request(
    { method, path, timeoutMs }: Way,
    values: JsonObject,
    { idempotencyKey }: Asking,
  ): Sendable {
    const rest = new Map(Object.entries(values));
    const url = `${this.place.url}${filled(path, rest)}`;
    const withBody = WITH_BODY.includes(method);
    const headers = {
      Accept: "application/json",
      "User-Agent": `${NAME}/${VERSION}`,
      ...(withBody ? { "Content-Type": "application/json" } : {}),
      ...(idempotencyKey === undefined ? {} : { "Idempotency-Key": idempotencyKey }),
      ...passedOn(),
      ...this.place.credentials,
    };
    const body = withBody ? JSON.stringify(Object.fromEntries(rest)) : null;
    const init = { method, headers, body, redirect: "manual" } as const;
    return { url: withBody ? url : `${url}${queryOf(rest)}`, init, timeoutMs };
  }

  private async attempt(request: Sendable): Promise<Uint8Array> {
    const { name } = this.place;
    let answer: Answered;
    try {
      answer = await this.breaker.execute(() => this.send(request));
    } catch (error) {
      const open = error instanceof BrokenCircuitError;
      throw open ? new ServiceFailedError(name, "is away, and left alone for now") : error;
    }
    if (answer.status < 200 || answer.status > 299) {
      throw new RequestRefusedError(name, answer.status);
    }
    return answer.bytes;
  }

  private async send({ url, init, timeoutMs }: Sendable): Promise<Answered> {
    const { name, closing } = this.place;
    const late = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(url, { ...init, signal: AbortSignal.any([late, closing]) });
      const { status, headers } = response;
      const bytes = new Uint8Array(await response.arrayBuffer());
      if (status !== 429 && status < 500) {
        return { status, bytes };
      }
      const waitMs = waitAskedFor(headers.get("Retry-After"));
      throw new ServiceFailedError(name, `failed with status ${status}`, { again: true, waitMs });
    } catch (cause) {
      if (cause instanceof ServiceFailedError) {
        throw cause;
      }
      const slow = `did not answer within ${timeoutMs} ms`;
      const message = late.aborted ? slow : "cannot be reached";
      throw new ServiceFailedError(name, message, { again: !closing.aborted, cause });
    }
  }

  private read<A extends Fields>(answer: A, bytes: Uint8Array): ValuesOf<A> {
    if (Object.keys(answer).length === 0) {
      return {} as ValuesOf<A>;
    }
    let value: unknown;
    try {
      value = decodeJson(bytes);
    } catch {
      throw new ServiceFailedError(this.place.name, "answered something that is not JSON");
    }
    try {
      return read(answer, value);
    } catch (error) {
      if (!(error instanceof WrongValueError)) {
        throw error;
      }
      const { field, message } = error;
      throw new ServiceFailedError(this.place.name, `answered wrongly: ${message}`, { field });
    }
  }
}

/** An answer that came, wanted or not. */
interface Answered {
  readonly status: number;
  readonly bytes: Uint8Array;
}

/** The headers that tell on whose behalf this is done. */
function passedOn(): Record<string, string> {
  const { requestId, traceparent } = requestContext() ?? {};
  return {
    ...(requestId === undefined ? {} : { "X-Request-Id": requestId }),
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}

/** The path with its values, which are taken out. */
function filled(path: string, values: Map<string, JsonValue>): string {
  return path.replaceAll(/\{([^}]+)\}/g, (_, key: string) => {
    const text = String(values.get(key));
    values.delete(key);
    if (["", ".", ".."].includes(text)) {
      // These would lead to another path.
      const message = `\`${key}\` stands in a path: it cannot be empty, \`.\` or \`..\``;
      throw new WrongValueError(key, message);
    }
    return encodeURIComponent(text);
  });
}

function queryOf(values: Map<string, JsonValue>): string {
  const query = new URLSearchParams();
  for (const [key, value] of values) {
    if (value !== null) {
      query.append(key, String(value));
    }
  }
  return query.size === 0 ? "" : `?${query}`;
}

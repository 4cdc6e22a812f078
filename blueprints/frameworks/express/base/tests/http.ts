/** Asking a service over HTTP, and what its answers hold. */

import { expect } from "vitest";
import type { JsonObject, JsonValue } from "../src/core/fields.ts";

export type Headers = Readonly<Record<string, string>>;

/** An answer, read to its end. */
export interface Answer {
  readonly status: number;
  /** A header by its name; null when it is not there. */
  header(name: string): string | null;
  readonly text: string;
  readonly json: JsonValue;
}

/** What may be sent. */
export interface Sent {
  readonly json?: unknown;
  /** The bytes of a body, where they are no ordinary JSON. */
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Headers;
}

/** Somebody who asks; paths begin behind the address that he was made for. */
export interface Client {
  request(method: string, path: string, sent?: Sent): Promise<Answer>;
  get(path: string, headers?: Headers): Promise<Answer>;
  delete(path: string, headers?: Headers): Promise<Answer>;
  post(path: string, json?: unknown, headers?: Headers): Promise<Answer>;
  put(path: string, json?: unknown, headers?: Headers): Promise<Answer>;
  patch(path: string, json?: unknown, headers?: Headers): Promise<Answer>;
}

/** Told each answer, and may object to it. */
export type Look = (method: string, url: string, answer: Answer) => void;

/** Somebody who sends these headers with each request. */
export function clientAt(url: string, own: Headers = {}, look?: Look): Client {
  const request = async (method: string, path: string, sent: Sent = {}): Promise<Answer> => {
    const answer = await ask(`${url}${path}`, method, {
      ...sent,
      headers: { ...own, ...sent.headers },
    });
    look?.(method, `${url}${path}`, answer);
    return answer;
  };
  const withBody =
    (method: string) =>
    (path: string, json?: unknown, headers: Headers = {}) =>
      request(method, path, { json, headers });
  return {
    request,
    get: (path, headers = {}) => request("GET", path, { headers }),
    delete: (path, headers = {}) => request("DELETE", path, { headers }),
    post: withBody("POST"),
    put: withBody("PUT"),
    patch: withBody("PATCH"),
  };
}

async function ask(url: string, method: string, { json, body, headers }: Sent): Promise<Answer> {
  const typed = json === undefined ? headers : { "Content-Type": "application/json", ...headers };
  const response = await fetch(url, {
    method,
    headers: typed ?? {},
    body: json === undefined ? (body ?? null) : JSON.stringify(json),
    redirect: "manual",
  });
  const text = await response.text();
  return {
    status: response.status,
    header: (name) => response.headers.get(name),
    text,
    get json(): JsonValue {
      return JSON.parse(text) as JsonValue;
    },
  };
}

// --- answers --------------------------------------------------------------------------------

/** A row as it is answered. */
export interface Row {
  readonly id: string;
  readonly version: number;
  readonly [key: string]: JsonValue;
}

/** A page of rows, with what stands beside them. */
export interface Page {
  readonly items: readonly Row[];
  readonly [key: string]: unknown;
}

/** The row of an answer. */
export function rowIn(answer: Answer, status = 200): Row {
  expect(answer.status, answer.text).toBe(status);
  return answer.json as Row;
}

/** The page of an answer. */
export function pageIn(answer: Answer): Page {
  expect(answer.status, answer.text).toBe(200);
  return answer.json as unknown as Page;
}

/** The rows of a page. */
export function itemsIn(answer: Answer): readonly Row[] {
  return pageIn(answer).items;
}

/** The ids of the rows of a page. */
export function idsIn(answer: Answer): string[] {
  return itemsIn(answer).map((row) => row.id);
}

/** An object of some answer. */
export function objectIn(answer: Answer, status = 200): JsonObject {
  expect(answer.status, answer.text).toBe(status);
  return answer.json as JsonObject;
}

interface Failure {
  readonly code: string;
  readonly details: readonly { readonly field: string; readonly rule: string }[];
}

/** What an answer says went wrong. */
export function errorIn(answer: Answer, status: number): Failure {
  return objectIn(answer, status)["error"] as unknown as Failure;
}

/** The rules that were broken, by field. */
export function faultsIn(answer: Answer, status = 400): Record<string, string> {
  const pairs = errorIn(answer, status).details.map(({ field, rule }) => [field, rule]);
  return Object.fromEntries(pairs) as Record<string, string>;
}

/** The same rule for each of these fields. */
export function each(fields: readonly string[], rule: string): Record<string, string> {
  return Object.fromEntries(fields.map((field) => [field, rule]));
}

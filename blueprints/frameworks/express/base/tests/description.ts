/** The description of the API: the document that every answer in these tests is held to. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { expect } from "vitest";
import type { Answer } from "./http.ts";

/** A schema, as far as these tests look into it. */
interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
}

interface Content {
  readonly [type: string]: { readonly schema: Schema };
}

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly unknown[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<
    Record<string, { readonly $ref?: string; readonly content?: Content }>
  >;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
  };
}

const FILE = join(import.meta.dirname, "../docs/openapi.json");
export const DOCUMENT = JSON.parse(readFileSync(FILE, "utf8")) as Document;

/** An operation with its place. */
export interface Place {
  readonly method: string;
  /** The template of its path. */
  readonly path: string;
  readonly operation: Operation;
}

/** Every operation; of several that fit a path, those with fewer parameters come first. */
export const OPERATIONS: readonly Place[] = Object.entries(DOCUMENT.paths)
  .flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
    })),
  )
  .sort((one, other) => one.path.split("{").length - other.path.split("{").length);

/** The schemas of the bodies that an operation takes. */
export function bodiesOf({ requestBody }: Operation): Schema[] {
  return Object.values(requestBody?.content ?? {}).map(({ schema }) => {
    const name = schema.$ref?.split("/").at(-1) ?? "";
    return DOCUMENT.components.schemas[name] ?? schema;
  });
}

function placeOf(method: string, url: string): Place | undefined {
  const { pathname } = new URL(url);
  return OPERATIONS.find((each) => each.method === method && fits(each.path, pathname));
}

function fits(template: string, path: string): boolean {
  const [parts, given] = [template.split("/"), path.split("/")];
  return (
    parts.length === given.length &&
    parts.every((part, at) => part === given[at] || (part.startsWith("{") && given[at] !== ""))
  );
}

// --- schemas --------------------------------------------------------------------------------

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema(closed(DOCUMENT) as object, "document");

/** The document with objects that have the keys it names and no others. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(closed);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const pairs = Object.entries(value).map(([key, part]) => [key, closed(part)]);
  const whole = Object.fromEntries(pairs) as Record<string, unknown>;
  if ("properties" in whole && whole["type"] === "object") {
    return { additionalProperties: false, ...whole };
  }
  return whole;
}

/** A function that tells whether values fit the schema at a place of the document. */
export function validatorAt(...place: readonly string[]): ValidateFunction {
  const pointer = place.map((part) => part.replaceAll("~", "~0").replaceAll("/", "~1"));
  const reference = `document#/${pointer.map(encodeURIComponent).join("/")}`;
  return ajv.getSchema(reference) ?? ajv.compile({ $ref: reference });
}

// --- answers --------------------------------------------------------------------------------

/** Compare an answer with what the document says of it; other paths than its own may answer as they like. */
export function checkAnswer(method: string, url: string, answer: Answer): void {
  const place = placeOf(method, url);
  if (place === undefined) {
    return;
  }
  const { operationId, responses } = place.operation;
  const name = `${operationId} ${answer.status}`;
  const said = responses[answer.status];
  expect(said, `${name} is not in docs/openapi.json: ${answer.text}`).toBeDefined();
  const shared = said?.$ref?.split("/").at(-1);
  const { content = {} } = (shared ? DOCUMENT.components.responses[shared] : said) ?? {};
  const [type] = Object.keys(content);
  if (type === undefined) {
    expect(answer.text, name).toBe("");
    return;
  }
  expect(answer.header("Content-Type")?.split(";")[0], name).toBe(type);
  if (type !== "application/json") {
    return;
  }
  const holder = shared
    ? ["components", "responses", shared]
    : ["paths", place.path, method.toLowerCase(), "responses", String(answer.status)];
  const validate = validatorAt(...holder, "content", type, "schema");
  const fits = validate(answer.json);
  expect(fits, `${name}: ${ajv.errorsText(validate.errors)}: ${answer.text}`).toBe(true);
}

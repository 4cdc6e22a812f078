/** The contract with each other service: what every operation sends, and what it makes of answers. */

import { expect, vi } from "vitest";
import type { Clients } from "../../src/integrations/clients.ts";
import { RequestRefusedError, ServiceFailedError } from "../../src/integrations/errors.ts";
import { TEST_SETTINGS } from "../environment.ts";
import type { Fake, Received } from "./fake.ts";
import { HANG } from "./fake.ts";
import { test } from "./fixtures.ts";
import { OPERATIONS } from "./operations.ts";
import { examplesOf, type OperationCase, type Part, valuesOf, wireOf } from "./table.ts";

const CASES = OPERATIONS.map((each) => [`${each.service}.${each.operation}`, each] as const);

type Ask = (parts?: readonly Part[], idempotencyKey?: string) => Promise<Record<string, unknown>>;
type AnyMethod = (given: object, asking: object) => Promise<Record<string, unknown>>;

/** Asks for an operation with its examples, or with these alone. */
function asking(each: OperationCase, clients: Clients): Ask {
  const all = clients as unknown as Record<string, Record<string, AnyMethod>>;
  const method = all[each.service]?.[each.operation];
  return async (parts = each.given, idempotencyKey) => {
    const key = idempotencyKey === undefined ? {} : { idempotencyKey };
    return (await method?.(valuesOf(parts), key)) ?? {};
  };
}

function fakeOf({ service }: OperationCase, others: Readonly<Record<string, Fake>>): Fake {
  const fake = others[service];
  if (fake === undefined) {
    throw new Error(`there is no fake of ${service}`);
  }
  return fake;
}

function inPath({ path }: OperationCase, { key }: Part): boolean {
  return path.includes(`{${key}}`);
}

function hasBody({ method }: OperationCase): boolean {
  return ["POST", "PUT", "PATCH"].includes(method);
}

/** What came behind the path, by its keys. */
function saidIn(each: OperationCase, received: Received | undefined): Record<string, unknown> {
  const { text = "", query = {} } = received ?? {};
  return hasBody(each) ? (JSON.parse(text) as Record<string, unknown>) : query;
}

test.for(CASES)("%s: what is sent", async ([, each], { clients, others }) => {
  await asking(each, clients)();
  const [received] = fakeOf(each, others).received;
  const wire = Object.fromEntries(each.given.map((part) => [part.key, wireOf(part)]));
  expect(received?.method).toBe(each.method);
  const segments = each.path.split("/").map((segment) => {
    return segment.startsWith("{") ? String(wire[segment.slice(1, -1)]) : segment;
  });
  expect(received?.path.split("/").map(decodeURIComponent)).toEqual(segments);
  const rest = each.given.filter((part) => !inPath(each, part));
  const values = rest.map((part) => [
    part.key,
    hasBody(each) ? wireOf(part) : String(wireOf(part)),
  ]);
  expect(saidIn(each, received)).toEqual(Object.fromEntries(values));
  expect(received?.headers["idempotency-key"]).toBeUndefined();
  if (each.tokenVariable !== undefined) {
    const token = `${each.scheme ?? ""}${TEST_SETTINGS[each.tokenVariable]}`;
    expect(received?.headers[each.header?.toLowerCase() ?? ""]).toBe(token);
  }
});

test.for(CASES)("%s: what may be left out", async ([, each], { clients, others }) => {
  const needed = each.given.filter((part) => !part.optional && !part.hasDefault);
  await asking(each, clients)(needed);
  const said = each.given.filter((part) => needed.includes(part) || part.hasDefault);
  const keys = said.filter((part) => !inPath(each, part)).map((part) => part.key);
  const [received] = fakeOf(each, others).received;
  expect(Object.keys(saidIn(each, received)).sort()).toEqual(keys.sort());
});

test.for(CASES)("%s: the answer", async ([, each], { clients }) => {
  expect(await asking(each, clients)()).toEqual(valuesOf(each.answer));
});

const PARTS = OPERATIONS.flatMap((each) =>
  each.answer.map((part) => [`${each.service}.${each.operation}`, part.key, each, part] as const),
);

test.for(PARTS)("%s: %s that is not as agreed is named", async (row, { clients, others }) => {
  const [, key, each, part] = row;
  const ask = asking(each, clients);
  const fake = fakeOf(each, others);
  const right = examplesOf(each.answer);
  // No value of any type, nor a list of values.
  fake.next({ body: { ...right, [key]: [[null]] } });
  const wrong = await ask(each.given, "1").catch((error: unknown) => error);
  expect(wrong).toBeInstanceOf(ServiceFailedError);
  expect(wrong).toMatchObject({ field: expect.stringMatching(new RegExp(`^${key}`)) });
  const { [key]: _, ...missing } = right;
  fake.next({ body: missing });
  if (part.optional || part.hasDefault) {
    await ask(each.given, "1");
  } else {
    await expect(ask(each.given, "1")).rejects.toThrow(`\`${key}\` must be given`);
  }
  expect(fake.received).toHaveLength(2);
});

test.for(CASES)("%s: a refusal", async ([, each], { clients, others }) => {
  const fake = fakeOf(each, others);
  fake.next({ status: 409, body: { error: "no" } });
  const refused = await asking(each, clients)(each.given, "1").catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(RequestRefusedError);
  expect(refused).toMatchObject({ status: 409 });
  expect(fake.received).toHaveLength(1);
});

test.for(CASES)("%s: what is asked again", async ([, each], { clients, others }) => {
  const fake = fakeOf(each, others);
  const ask = asking(each, clients);
  fake.next({ status: 503 });
  if (["GET", "PUT", "DELETE"].includes(each.method)) {
    await ask();
    expect(fake.received).toHaveLength(2);
  } else {
    await expect(ask()).rejects.toThrow(ServiceFailedError);
    expect(fake.received).toHaveLength(1);
  }
  fake.received.length = 0;
  fake.next({ status: 502 });
  await ask(each.given, "key-7");
  const keys = fake.received.map(({ headers }) => headers["idempotency-key"]);
  expect(keys).toEqual(["key-7", "key-7"]);
});

test.for(CASES)("%s: the time limit", async ([, each], { clients, others }) => {
  const { timeout } = AbortSignal;
  fakeOf(each, others).next(HANG, HANG, HANG);
  const limit = vi.spyOn(AbortSignal, "timeout").mockImplementation(() => timeout(50));
  try {
    const late = `did not answer within ${each.timeoutMs} ms`;
    await expect(asking(each, clients)(each.given, "1")).rejects.toThrow(late);
    expect(limit.mock.calls).toEqual(Array(3).fill([each.timeoutMs]));
  } finally {
    limit.mockRestore();
  }
});

/** How services are asked: a made-up one, behind a real HTTP server. */

import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";
import { Big } from "big.js";
import express from "express";
import { expect, test as plain, vi } from "vitest";
import * as field from "../../src/core/fields.ts";
import { configureLogging, requestContext, requests } from "../../src/core/logging.ts";
import { requestContexts } from "../../src/core/middleware.ts";
import { bearer, type Credentials, inHeader, Service } from "../../src/integrations/client.ts";
import { IntegrationError, ServiceFailedError } from "../../src/integrations/errors.ts";
import { FAILURES, PAUSE_MS, waitAskedFor } from "../../src/integrations/resilience.ts";
import { logged, loggedText } from "../logs.ts";
import { makeSettings } from "../service.ts";
import { HANG, type Reply, STALL, serving } from "./fake.ts";

const TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const TOKEN = "token-never-told";
const FAILED: Reply = { status: 503 };
const EMMA = { title: "Emma" };

const book = {
  title: field.string({ column: "title" }),
  weight: field.decimal({ column: "weight", scale: 3, default: new Big("0.1") }),
  since: field.datetime({ column: "since", optional: true }),
  gift: field.boolean({ column: "gift", optional: true }),
  owner: field.uuid({ column: "owner", optional: true }),
  notes: field.list({ column: "notes", item: field.string({ column: "notes" }), optional: true }),
  ratio: field.float({ column: "ratio", optional: true }),
};
const optional = ["weight", "since", "gift", "owner", "notes", "ratio"] as const;
const shelf = {
  place: field.string({ column: "place" }),
  fee: field.decimal({ column: "fee", optional: true }),
};

const RIGHT = { place: "A 7", fee: "0.50" };
const ROUTES = [
  { method: "GET", path: "/books/{title}", answer: RIGHT },
  { method: "PUT", path: "/books/{title}", answer: RIGHT },
  { method: "POST", path: "/loans", answer: RIGHT },
  { method: "DELETE", path: "/books/{title}" },
  { method: "PATCH", path: "/books/{title}" },
  { method: "POST", path: "/doors" },
];

/** The library, as this process asks it. */
function libraryAt(url: string, credentials: Credentials, closing = new AbortController().signal) {
  const service = new Service({ name: "library", url, credentials, closing });
  const common = { timeoutMs: 400, given: book, optional };
  const path = "/books/{title}";
  const doors = { path: "/doors", timeoutMs: 400, given: {}, optional: [] } as const;
  return {
    find: service.asking({ method: "GET", path, ...common, answer: shelf }),
    drop: service.asking({ method: "DELETE", path, ...common, answer: {} }),
    keep: service.asking({ method: "PUT", path, ...common, answer: shelf }),
    lend: service.asking({
      method: "POST",
      ...common,
      path: "/loans",
      answer: shelf,
    }),
    edit: service.asking({ method: "PATCH", path, ...common, answer: {} }),
    open: service.asking({ method: "POST", ...doors, answer: {} }),
  };
}

type Library = ReturnType<typeof libraryAt>;

const test = plain
  // biome-ignore lint/correctness/noEmptyPattern: what a fixture asks for is read from its pattern
  .extend("fake", async ({}, { onCleanup }) => {
    const fake = await serving(ROUTES);
    onCleanup(() => fake.close());
    return fake;
  })
  .extend("library", ({ fake }) => libraryAt(fake.url, bearer(TOKEN)));

async function failureOf(asked: Promise<unknown>): Promise<IntegrationError> {
  const error = await asked.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(IntegrationError);
  return error as IntegrationError;
}

/** What went wrong each time; a POST without a key is one attempt. */
async function failToOpen({ open }: Library, times = 1): Promise<string[]> {
  const told: string[] = [];
  for (let at = 0; at < times; at++) {
    told.push((await failureOf(open({}))).message);
  }
  return told;
}

function many(count: number, reply: Reply = FAILED): Reply[] {
  return Array<Reply>(count).fill(reply);
}

test("values are written exactly", async ({ fake, library }) => {
  await library.lend({
    ...EMMA,
    weight: new Big("12.5"),
    since: new Date("2026-01-31T11:30:00.123+01:00"),
    owner: "018F0000-0000-7000-8000-00000000ABCD",
    notes: ["ä"],
    ratio: 0.1,
    gift: null,
  });
  expect(JSON.parse(fake.received[0]?.text ?? "")).toEqual({
    title: "Emma",
    weight: "12.500",
    since: "2026-01-31T10:30:00.123Z",
    gift: null,
    owner: "018f0000-0000-7000-8000-00000000abcd",
    notes: ["ä"],
    ratio: 0.1,
  });
  expect(fake.received[0]?.headers["content-type"]).toBe("application/json");
});

test.for(["find", "drop"] as const)("%s: a query", async (name, { fake, library }) => {
  const since = new Date("2026-01-31T10:30:00Z");
  await library[name]({ ...EMMA, gift: true, since, owner: null });
  // A query has no null.
  const query = { weight: "0.100", gift: "true", since: "2026-01-31T10:30:00.000Z" };
  expect(fake.received).toMatchObject([{ query, text: "" }]);
  expect(Object.keys(fake.received[0]?.query ?? {})).toHaveLength(3);
});

test("the path is encoded", async ({ fake, library }) => {
  for (const title of ["a/b?c#d", "50% ü", "..%2F", "%2e%2e", "&=+;"]) {
    await library.keep({ title });
  }
  expect(fake.received.map(({ path }) => path)).toEqual([
    "/books/a%2Fb%3Fc%23d",
    "/books/50%25%20%C3%BC",
    "/books/..%252F",
    "/books/%252e%252e",
    "/books/%26%3D%2B%3B",
  ]);
  expect(fake.received[0]?.text).not.toContain("title");
});

test.for(["", ".", ".."])("%j leads to no other path", async (title, { fake, library }) => {
  await expect(library.find({ title })).rejects.toThrow("`title` stands in a path");
  expect(fake.received).toEqual([]);
});

test("who we are", async ({ fake }) => {
  for (const credentials of [bearer(TOKEN), inHeader("X-Api-Key", TOKEN), {}]) {
    await libraryAt(fake.url, credentials).open({});
  }
  const told = fake.received.map(({ headers }) => [headers.authorization, headers["x-api-key"]]);
  expect(told).toEqual([
    [`Bearer ${TOKEN}`, undefined],
    [undefined, TOKEN],
    [undefined, undefined],
  ]);
});

test("on whose behalf", async ({ fake, library }) => {
  await library.open({});
  const context = { requestId: "request-7", clientAddress: "", traceparent: TRACEPARENT };
  await requests.run(context, () => library.open({}));
  const told = fake.received.map(({ headers }) => [
    headers["x-request-id"],
    headers["traceparent"],
  ]);
  expect(told).toEqual([
    [undefined, undefined],
    ["request-7", TRACEPARENT],
  ]);
});

test.for([
  [TRACEPARENT, TRACEPARENT],
  ["00-nonsense", null],
] as const)(
  "the trace of a request is kept: %s",
  async ([traceparent, kept], { onTestFinished }) => {
    const app = express();
    app.use(requestContexts(makeSettings(), () => () => undefined));
    app.get("/", (_request, response) => {
      response.json({ kept: requestContext()?.traceparent ?? null });
    });
    const server = app.listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${port}/`, { headers: { traceparent } });
    expect(await answer.json()).toEqual({ kept });
  },
);

test("an answer is typed", async ({ library }) => {
  const found = await library.find(EMMA);
  expect(found).toEqual({ place: "A 7", fee: new Big("0.50") });
});

test.for([
  [{ fee: "1.00" }, "place", "`place` must be given"],
  [{ place: null }, "place", "`place` must not be null"],
  [{ place: 7 }, "place", "`place` must be a string"],
  [{ place: "A", fee: "much" }, "fee", "`fee` must be a decimal number"],
  [{ place: "A", fee: 0.125 }, "fee", "`fee` must have at most 2"],
  [["place"], "", "it is no object"],
  [null, "", "it is no object"],
  [7, "", "it is no object"],
] as const)("%j is a wrong answer", async ([body, name, told], { fake, library }) => {
  fake.next({ body });
  const failure = await failureOf(library.find(EMMA));
  expect(failure.message).toContain(`the service “library” answered wrongly: ${told}`);
  expect(failure).toMatchObject({ field: name });
  // Another attempt would not help.
  expect(fake.received).toHaveLength(1);
});

test.for(["<html>", ""])("%j is no JSON", async (text, { fake, library }) => {
  fake.next({ body: Buffer.from(text) });
  const told = "answered something that is not JSON";
  await expect(library.find(EMMA)).rejects.toThrow(told);
});

test.for([302, 400, 401, 404, 409, 422])("%i is a refusal", async (status, { fake, library }) => {
  fake.next({ status, headers: { Location: `${fake.url}/doors` } });
  const refused = await failureOf(library.open({}, { idempotencyKey: "1" }));
  expect(refused).toMatchObject({ name: "RequestRefusedError", status });
  expect(fake.received).toHaveLength(1);
});

const SAFE = (["find", "keep", "drop"] as const).flatMap((name) =>
  [429, 500, 502, 503, 504].map((status) => [name, status] as const),
);

test.for(SAFE)("%s is asked again after %i", async ([name, status], { fake, library }) => {
  fake.next({ status }, { status });
  await library[name](EMMA);
  expect(fake.received).toHaveLength(3);
});

test("no more than three attempts", async ({ fake, library }) => {
  fake.next(...many(3));
  await expect(library.find(EMMA)).rejects.toThrow("failed with status 503");
  expect(fake.received).toHaveLength(3);
});

test.for(["lend", "edit"] as const)("%s wants a key", async (name, { fake, library }) => {
  fake.next(FAILED);
  await expect(library[name](EMMA)).rejects.toThrow(ServiceFailedError);
  expect(fake.received).toHaveLength(1);
  fake.next(...many(2));
  await library[name](EMMA, { idempotencyKey: "key-7" });
  const keys = fake.received.map(({ headers }) => headers["idempotency-key"]);
  expect(keys).toEqual([undefined, "key-7", "key-7", "key-7"]);
});

test("waits grow", async ({ fake, library }) => {
  fake.next(...many(2));
  await library.find(EMMA);
  const lines = logged("asking again: the service “library” failed with status 503");
  expect(lines.map(({ attempt }) => attempt)).toEqual([1, 2]);
  const [first = 0, second = 0] = lines.map(({ waitMs }) => Number(waitMs));
  expect(first).toBeGreaterThanOrEqual(100);
  expect(first).toBeLessThanOrEqual(200);
  expect(second).toBeGreaterThanOrEqual(200);
  expect(second).toBeLessThanOrEqual(300);
});

test.for([HANG, STALL])("the time limit of an attempt: %j", async (reply, { fake, library }) => {
  fake.next(reply);
  const began = performance.now();
  await library.find(EMMA);
  expect(performance.now() - began).toBeGreaterThan(390);
  expect(fake.received).toHaveLength(2);
  fake.next(reply);
  await expect(library.lend(EMMA)).rejects.toThrow("did not answer within 400 ms");
});

test("nobody is there", async () => {
  const fake = await serving();
  await fake.close();
  const asked = libraryAt(fake.url, {}).find(EMMA);
  await expect(asked).rejects.toThrow("the service “library” cannot be reached");
});

test("a wish to wait is obeyed", async ({ fake, library }) => {
  fake.next({ status: 429, headers: { "Retry-After": "1" } });
  const began = performance.now();
  await library.find(EMMA);
  expect(performance.now() - began).toBeGreaterThan(990);
});

test("a long wait is not waited", async ({ fake, library }) => {
  fake.next({ status: 503, headers: { "Retry-After": "6" } });
  expect(await failureOf(library.find(EMMA))).toMatchObject({ waitMs: 6000 });
  expect(fake.received).toHaveLength(1);
});

test("how long to wait", () => {
  const ahead = waitAskedFor(new Date(Date.now() + 30_000).toUTCString()) ?? 0;
  expect(ahead).toBeGreaterThan(28_000);
  expect(ahead).toBeLessThanOrEqual(30_000);
  expect(waitAskedFor("Wed, 21 Oct 2015 07:28:00 GMT")).toBe(0);
  expect(waitAskedFor("120")).toBe(120_000);
  const nonsense = [null, "", "soon", "-1", "1.5", "2015"].slice(0, 5);
  expect(nonsense.map(waitAskedFor)).toEqual(Array(5).fill(undefined));
});

test("a service that is away is left alone", async ({ fake, library }) => {
  fake.next(...many(5));
  await failToOpen(library, 5);
  const told = "the service “library” is away, and left alone for now";
  expect(await failToOpen(library)).toEqual([told]);
  expect(fake.received).toHaveLength(5);
  // Others are not.
  await libraryAt(fake.url, {}).open({});
  expect([FAILURES, PAUSE_MS]).toEqual([5, 30_000]);
  expect(logged("service is away")).toMatchObject([{ service: "library" }]);
});

test("only failures in a row count", async ({ fake, library }) => {
  fake.next(...many(4), { status: 204 }, ...many(4), { status: 404 });
  await failToOpen(library, 4);
  await library.open({});
  await failToOpen(library, 5);
  await library.open({});
  expect(fake.received).toHaveLength(11);
});

test("attempts stop when the service is away", async ({ fake, library }) => {
  fake.next(...many(6));
  await failToOpen(library, 4);
  await expect(library.find(EMMA)).rejects.toThrow("left alone");
  expect(fake.received).toHaveLength(5);
});

test("one request tries it", async ({ fake, library }) => {
  vi.useFakeTimers({ toFake: ["Date"] });
  try {
    fake.next(...many(5));
    await failToOpen(library, 5);
    vi.setSystemTime(Date.now() + PAUSE_MS - 1);
    await failToOpen(library);
    expect(fake.received).toHaveLength(5);
    vi.setSystemTime(Date.now() + 1);
    fake.next(FAILED);
    await Promise.all(Array.from({ length: 5 }, () => failToOpen(library)));
    // It failed: they wait again.
    expect(fake.received).toHaveLength(6);
    vi.setSystemTime(Date.now() + PAUSE_MS);
    await Promise.all(Array.from({ length: 3 }, () => library.open({})));
    expect(fake.received).toHaveLength(9);
    expect(logged("service is back")).toHaveLength(1);
  } finally {
    vi.useRealTimers();
  }
});

test("nothing is told that is nobody's business", async ({ fake, library }) => {
  const secrets = [TOKEN, "a-private-title", "a-private-note", "a-private-answer"];
  const given = { title: "a-private-title", notes: ["a-private-note"] };
  const answer = "a-private-answer";
  const again = [FAILED, HANG];
  const final = [{ status: 400 }, { body: { place: [answer] } }, { body: Buffer.from(answer) }];
  const told: string[] = [];
  configureLogging("debug");
  for (const reply of [...again, ...final]) {
    for (const name of ["find", "lend"] as const) {
      fake.next(...many(again.includes(reply) ? 3 : 1, reply));
      const anew = libraryAt(fake.url, bearer(TOKEN));
      const failure = await failureOf(anew[name](given, { idempotencyKey: "key" }));
      told.push(inspect(failure, { depth: 9 }));
    }
  }
  configureLogging("info");
  await expect(library.find({ title: "x", notes: [answer.repeat(50)] })).rejects.toThrow(
    /^`notes\[0\]` must have at most 255 characters$/,
  );
  const all = `${told.join("\n")}${loggedText()}`;
  expect(secrets.filter((secret) => all.includes(secret))).toEqual([]);
  // The lines that there are.
  expect(all).toContain("asking again: the service “library” failed with status 503");
});

test("what is told is checked first", async ({ fake, library }) => {
  const strange = { ...EMMA, pages: 7 };
  await expect(library.find(strange)).rejects.toThrow("`pages` is no field here");
  await expect(library.find({ ...EMMA, weight: new Big("0.1234") })).rejects.toThrow(
    "`weight` must have at most 3 digits after the point",
  );
  expect(fake.received).toEqual([]);
});

test("who closes waits for nobody", async ({ fake }) => {
  const closing = new AbortController();
  const library = libraryAt(fake.url, {}, closing.signal);
  fake.next(HANG);
  const asked = failureOf(library.find(EMMA));
  await vi.waitFor(() => expect(fake.received).toHaveLength(1));
  closing.abort();
  expect((await asked).message).toBe("the service “library” cannot be reached");
  await sleep(300);
  expect(fake.received).toHaveLength(1);
});

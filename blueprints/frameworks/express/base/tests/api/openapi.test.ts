/** `docs/openapi.json` says what runs: the routes, the bodies that they take, what they answer. */

import { expect, vi } from "vitest";
import { z } from "zod";
import * as call from "../../src/core/call.ts";
import { BASE_PATH } from "../../src/project.ts";
import { bodiesOf, checkAnswer, DOCUMENT, OPERATIONS } from "../description.ts";
import { test } from "../fixtures.ts";
import type { Answer } from "../http.ts";
import { resources, UNKNOWN_ID } from "./common.ts";

// They are about the document, not in it.
const EXEMPT = /^GET \/(openapi\.json|docs(\/.*)?)$/;
// What other services tell has keys of their own.
const WITH_BODIES = OPERATIONS.filter(
  ({ operation }) => bodiesOf(operation).length > 0 && !operation.tags?.includes("webhooks"),
);

test("every route is described, and nothing else", ({ service }) => {
  const { routes } = service.app;
  const running = routes.all().filter((route) => !EXEMPT.test(route));
  const described = OPERATIONS.map(({ method, path }) => `${method} ${path}`);
  // What a parameter is called says nothing about the path.
  const nameless = (route: string): string => route.replaceAll(/\{\w+\}/g, "{}");
  expect(described.map(nameless).sort()).toEqual(running.map(nameless).sort());
});

test("the document is served as it is", async ({ root }) => {
  expect((await root.get("/openapi.json")).json).toEqual(DOCUMENT);
});

test.for(WITH_BODIES)(
  "$operation.operationId: the body is described with the keys that it takes",
  async ({ method, path, operation }, { admin }) => {
    const submitted = vi.spyOn(call, "submitted");
    const place = path.slice(BASE_PATH.length).replaceAll(/\{\w+\}/g, admin.id ?? UNKNOWN_ID);
    const answer = await admin.request(method, place, { json: {} });
    const [[, body] = []] = submitted.mock.calls;
    submitted.mockRestore();
    if (body === undefined && answer.status === 403) {
      return; // Nobody may do this here, whatever he sends.
    }
    const schema = body?.schema;
    if (!(schema instanceof z.ZodObject)) {
      throw new Error("the route takes no object");
    }
    const { shape } = schema;
    const keys = Object.keys(shape);
    const required = keys.filter((key) => !z.safeParse(shape[key], undefined).success);
    expect(z.safeParse(schema, { nonsense: 1 }).error?.issues).toContainEqual(
      expect.objectContaining({ code: "unrecognized_keys" }),
    );
    for (const described of bodiesOf(operation)) {
      expect(keys.sort()).toEqual(Object.keys(described.properties ?? {}).sort());
      expect(required.sort()).toEqual([...(described.required ?? [])].sort());
      expect(described.additionalProperties).toBe(false);
    }
  },
);

// What clients of these tests are told is held to the document; here it is shown that this can fail.
test.for(resources("read").slice(0, 1))(
  "$entity: answers are held to the document",
  async (resource, { admin, factory, nobody: _, service }) => {
    const row = await factory.make(resource);
    const path = `${BASE_PATH}${resource.path}/${row.id}`;
    const answer = await admin.get(`${resource.path}/${row.id}`);
    const check = (changed: Partial<Answer>): void =>
      checkAnswer("GET", `${service.url}${path}`, { ...answer, json: row, ...changed });
    check({});
    expect(() => check({ json: { ...row, more: 1 } })).toThrow("must NOT have additional");
    expect(() => check({ json: { ...row, version: "1" } })).toThrow("must be integer");
    expect(() => check({ json: { id: row.id } })).toThrow("must have required");
    expect(() => check({ status: 418 })).toThrow("is not in docs/openapi.json");
    expect(() => check({ header: () => "text/html" })).toThrow("text/html");
  },
);

/** What `/metrics` counts of the resources. */

import { expect } from "vitest";
import { snakeCase } from "../../src/core/naming.ts";
import { BASE_PATH } from "../../src/project.ts";
import { test } from "../fixtures.ts";
import { samplesOf } from "../observability/samples.ts";
import { RESOURCES } from "../resources.ts";
import { resources } from "./common.ts";

test.for(resources("create"))(
  "$entity: a created row counts once",
  async (resource, { admin, factory, root }) => {
    const name = `${snakeCase(resource.entity)}_created_total`;
    const body = await factory.body(resource);
    const before = (await samplesOf(root)).get(name) ?? Number.NaN;
    expect((await admin.post(resource.path, body)).status).toBe(201);
    expect((await admin.post(resource.path, { unknown: 1 })).status).toBe(400);
    expect((await samplesOf(root)).get(name)).toBe(before + 1);
  },
);

test("every resource has its counter", async ({ root }) => {
  const names = RESOURCES.map(({ entity }) => `${snakeCase(entity)}_created_total`);
  expect([...(await samplesOf(root)).keys()]).toEqual(expect.arrayContaining(names));
});

test.for(resources("read"))(
  "$entity: requests are counted by the template of their path",
  async (resource, { admin, root }) => {
    const route = `${BASE_PATH}${resource.path}/{id}`;
    const name = `http_requests_total{method="GET",route="${route}",status="400"}`;
    const before = (await samplesOf(root)).get(name) ?? 0;
    for (const id of ["one", "two"]) {
      await admin.get(`${resource.path}/${id}`);
    }
    await expect.poll(async () => (await samplesOf(root)).get(name)).toBe(before + 2);
    const names = [...(await samplesOf(root)).keys()];
    expect(names.filter((each) => each.includes("/one"))).toEqual([]);
  },
);

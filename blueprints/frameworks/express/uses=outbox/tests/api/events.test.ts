/** Events of requests: what is answered is what is told. */

import { expect } from "vitest";
import { readEnvelope } from "../../src/background/events.ts";
import { Payload } from "../../src/background/payloads.ts";
import { snakeCase } from "../../src/core/naming.ts";
import { outboxOf, schemaFaults } from "../events.ts";
import { repositoryOf } from "../factories.ts";
import { test } from "../fixtures.ts";
import { rowIn } from "../http.ts";
import { can } from "../table.ts";
import { resources } from "./common.ts";

test.for(resources("create"))(
  "$entity: a row that is made and deleted is told as it is answered",
  async (resource, { admin, database, factory }) => {
    const body = await factory.body(resource);
    await database.db.deleteFrom("outbox").execute();
    const row = rowIn(await admin.post(resource.path, body), 201);
    const changes = ["created"];
    if (can(resource, "delete")) {
      expect((await admin.delete(`${resource.path}/${row.id}`)).status).toBe(204);
      changes.push("deleted");
    }
    const kind = snakeCase(resource.entity).replaceAll("_", "-");
    const events = (await outboxOf(database)).filter(({ type }) => type.startsWith(`${kind}.`));
    expect(events.map(({ type }) => type)).toEqual(changes.map((change) => `${kind}.${change}`));
    const payload = new Payload(repositoryOf(resource).shown);
    for (const { type, subject, data } of events) {
      expect(subject).toBe(row.id);
      expect(payload.write(payload.read(data))).toEqual(row);
      expect(schemaFaults(type, row)).toEqual([]);
    }
  },
);

test("what was refused tells nothing", async ({ admin, database }) => {
  for (const { path } of resources("create")) {
    expect((await admin.post(path, { "no such field": 1 })).status).toBe(400);
  }
  expect(await outboxOf(database)).toEqual([]);
  expect(() => readEnvelope("[]")).toThrow("no valid envelope");
});

/** The event of a registration. */

import { expect } from "vitest";
import { register } from "../../src/auth/service.ts";
import { Submitted } from "../../src/core/bodies.ts";
import { decodeJson } from "../../src/core/json-body.ts";
import { jsonName } from "../../src/core/naming.ts";
import { Query } from "../../src/core/query.ts";
import { create, type NewUser } from "../../src/users/schemas.ts";
import { ownFields, PASSWORD } from "../callers.ts";
import { outboxOf, schemaFaults } from "../events.ts";
import { test } from "../fixtures.ts";

/** What a registration with this address comes to. */
function account(email: string): Omit<NewUser, "role"> {
  const body = { ...ownFields(0), email, password: PASSWORD, name: "Ada", role: "user" };
  const sent = decodeJson(Buffer.from(JSON.stringify(body)));
  return new Submitted(create, sent).accept(new Query(""));
}

test("an account that is made is told, without its password", async ({ database, service }) => {
  const { id } = await register(service.app.runtime, account("ada@example.com"));
  const [event] = await outboxOf(database);
  expect(event).toMatchObject({
    type: "user.registered",
    subject: id,
    data: { id, email: "ada@example.com", name: "Ada", role: "user", active: true },
  });
  const [row] = await database.db.selectFrom("outbox").select("envelope").execute();
  expect(String(row?.["envelope"])).not.toMatch(/password|argon/i);
  expect(Object.keys(event?.data ?? {})).not.toContain(jsonName("password_hash"));
  expect(schemaFaults("user.registered", event?.data)).toEqual([]);
});

test("an account that is not made is not told", async ({ database, service, logIn }) => {
  const { email } = await logIn("user");
  const again = register(service.app.runtime, account(email));
  await expect(again).rejects.toThrow("This value is taken.");
  expect(await outboxOf(database)).toEqual([]);
});

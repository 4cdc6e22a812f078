/** Users, as admins see and change them. */

import { v7 as uuid7 } from "uuid";
import { expect } from "vitest";
import { jsonName } from "../../src/core/naming.ts";
import { createAdmin } from "../../src/create-admin.ts";
import { BASE_PATH } from "../../src/project.ts";
import { users } from "../../src/users/reference.ts";
import { ownFields, PASSWORD } from "../callers.ts";
import { test } from "../fixtures.ts";
import { type Answer, each, faultsIn, idsIn, itemsIn, objectIn, pageIn } from "../http.ts";
import { ACCOUNTS } from "../resources.ts";

const GRACE = {
  ...ownFields(1),
  email: "grace@example.com",
  password: PASSWORD,
  name: "Grace",
  role: "user",
};
const SHOWN = users.shown.map(([, { json }]) => json).sort();
const [CREATED_AT, UPDATED_AT] = [jsonName("created_at"), jsonName("updated_at")];

test("only admins pass", async ({ nobody, logIn }) => {
  const user = await logIn("user");
  // Whatever else is wrong with the request: an unknown or malformed id, a bad body.
  const requests: [method: string, path: string, json?: object][] = [
    ["GET", "/users"],
    ["GET", "/users?x=1"],
    ["POST", "/users", GRACE],
    ["POST", "/users", { x: 1 }],
    ["GET", `/users/${user.id}`],
    ["GET", "/users/x"],
    ["PATCH", `/users/${user.id}`, { role: "admin" }],
    ["PATCH", "/users/x", { x: 1 }],
  ];
  for (const [method, path, json] of requests) {
    expect((await nobody.request(method, path, { json })).status, path).toBe(401);
    expect((await user.request(method, path, { json })).status, path).toBe(403);
  }
});

test("a user is made and read", async ({ admin, nobody }) => {
  const made = await admin.post("/users", GRACE);
  const user = objectIn(made, 201);
  const id = String(user["id"]);
  expect(made.header("Cache-Control")).toBe("no-store");
  expect(made.header("Location")).toBe(`${BASE_PATH}/users/${id}`);
  expect(Object.keys(user).sort()).toEqual(SHOWN);
  for (const path of [id, id.toUpperCase()]) {
    expect(objectIn(await admin.get(`/users/${path}`))).toEqual(user);
  }
  expect((await admin.post("/users", GRACE)).status).toBe(409);
  const { email, password } = GRACE;
  expect((await nobody.post("/auth/login", { email, password })).status).toBe(200);
});

test.for<[change: object, faults: Record<string, string>]>([
  [{ role: "king" }, { role: "enum" }],
  [{ role: 1 }, { role: "type" }],
  [
    { role: null, name: 1 },
    { role: "required", name: "type" },
  ],
  [{ active: false }, { active: "unknown" }],
  [
    { password: "weak", email: "x" },
    { password: "min", email: "format" },
  ],
])("a new user with %j names every faulty field", async ([change, faults], { admin }) => {
  expect(faultsIn(await admin.post("/users", { ...GRACE, ...change }))).toEqual(faults);
});

test("a malformed id comes first, then an absent row, then the body", async ({ admin }) => {
  const id = String(admin.id);
  for (const malformed of ["x", id.replaceAll("-", ""), `{${id}}`]) {
    const answer = await admin.patch(`/users/${malformed}`, { x: 1 });
    expect(faultsIn(answer)).toEqual({ id: "format" });
  }
  expect((await admin.patch(`/users/${uuid7()}`, { x: 1 })).status).toBe(404);
  expect(faultsIn(await admin.patch(`/users/${id}`, { x: 1 }))).toEqual({ x: "unknown" });
});

test("users are listed", async ({ admin, logIn }) => {
  const others = [await logIn("user"), await logIn("user"), await logIn("user")];
  await admin.patch(`/users/${others[0]?.id}`, { active: false });
  const ids = [admin, ...others].map(({ id }) => id);
  const listed = (query: string): Promise<Answer> => admin.get(`/users${query}`);
  const all = await listed("");
  expect(idsIn(all)).toEqual(ids);
  expect(pageIn(all)).toMatchObject({ total: 4, limit: 20, offset: 0 });
  const third = await listed("?limit=1&offset=2");
  expect(idsIn(third)).toEqual([ids[2]]);
  expect(pageIn(third)).toMatchObject({ total: 4, limit: 1, offset: 2 });
  expect(idsIn(await listed("?role=admin"))).toEqual([ids[0]]);
  expect(idsIn(await listed("?active=false"))).toEqual([ids[1]]);
  expect(idsIn(await listed(`?email.in=${others[1]?.email}`))).toEqual([ids[2]]);
  const newest = await listed(`?sort=-${CREATED_AT}&role=user`);
  expect(idsIn(newest)).toEqual(ids.slice(1).reverse());
  const [user] = itemsIn(all);
  expect(Object.keys(user ?? {}).sort()).toEqual(SHOWN);
});

test.for<[query: string, faults: Record<string, string>]>([
  ["?limit=101", { limit: "max" }],
  ["?limit=0&offset=-1", { limit: "min", offset: "type" }],
  ["?role=king&active=1", { role: "enum", active: "type" }],
  ["?role=user&role=user", { role: "repeated" }],
  ["?passwordHash=x&q=x", { passwordHash: "unknown", q: "unknown" }],
  ["?sort=passwordHash", { sort: "enum" }],
])("a list %s names every faulty parameter", async ([query, faults], { admin }) => {
  expect(faultsIn(await admin.get(`/users${query}`))).toEqual(faults);
});

test("a user is changed", async ({ admin, logIn }) => {
  const user = await logIn("user");
  const path = `/users/${user.id}`;
  const before = objectIn(await admin.get(path));
  expect(objectIn(await admin.patch(path, {}))).toEqual(before);
  const type = { "Content-Type": "application/merge-patch+json" };
  const renamed = objectIn(await admin.patch(path, { name: "New" }, type));
  expect(renamed).toEqual({ ...before, name: "New", [UPDATED_AT]: expect.any(String) });
  expect(Date.parse(String(renamed[UPDATED_AT]))).toBeGreaterThan(
    Date.parse(String(before[UPDATED_AT])),
  );
  const bad = { name: null, active: 1, role: "x", email: "new@example.com", password: "x" };
  expect(faultsIn(await admin.patch(path, bad))).toEqual({
    name: "required",
    active: "type",
    role: "enum",
    email: "unknown",
    password: "unknown",
  });
});

test("a new role acts on the next request", async ({ admin, logIn }) => {
  const user = await logIn("user");
  const path = `/users/${user.id}`;
  expect((await user.get(path)).status).toBe(403);
  await admin.patch(path, { role: "admin" });
  expect((await user.get(path)).status).toBe(200);
  await admin.patch(path, { role: "user" });
  expect((await user.get(path)).status).toBe(403);
});

test("a deactivation acts on the next request, and for good", async ({ admin, logIn }) => {
  const user = await logIn("user");
  for (const active of [false, true]) {
    const answer = await admin.patch(`/users/${user.id}`, { active });
    expect(objectIn(answer)).toMatchObject({ active });
    // Its sessions do not come back with the account.
    expect((await user.get("/auth/me")).status).toBe(401);
  }
});

test.for([{ role: "user" }, { active: false }])(
  "the last active admin stays: %j",
  async (change, { admin, logIn }) => {
    const other = await logIn("admin");
    expect((await admin.patch(`/users/${other.id}`, { active: false })).status).toBe(200);
    expect((await admin.patch(`/users/${admin.id}`, change)).status).toBe(409);
    expect(objectIn(await admin.get("/auth/me"))).toMatchObject({ role: "admin", active: true });
    // His name may change.
    expect((await admin.patch(`/users/${admin.id}`, { name: "A" })).status).toBe(200);
  },
);

test("two admins cannot demote each other at once", async ({ logIn }) => {
  const [one, other] = [await logIn("admin"), await logIn("admin")];
  const answers = await Promise.all([
    one.patch(`/users/${other.id}`, { role: "user" }),
    other.patch(`/users/${one.id}`, { role: "user" }),
  ]);
  const statuses = answers.map(({ status }) => status).sort();
  expect([
    [200, 403],
    [200, 409],
  ]).toContainEqual(statuses);
});

test("an admin is made or promoted", async ({ nobody, database, logIn }) => {
  const root = "root@example.com";
  expect(await createAdmin(database, root, PASSWORD)).toBe(`created: ${root}`);
  expect(await createAdmin(database, root, "Another-Password-9")).toBe(`promoted: ${root}`);
  const pair = objectIn(await nobody.post("/auth/login", { email: root, password: PASSWORD }));
  const headers = { Authorization: `Bearer ${String(pair[jsonName("access_token")])}` };
  expect(objectIn(await nobody.get("/auth/me", headers))).toMatchObject({ role: "admin" });
  const user = await logIn("user");
  expect(await createAdmin(database, user.email, PASSWORD)).toBe(`promoted: ${user.email}`);
  expect(objectIn(await user.get("/auth/me"))).toMatchObject({ role: "admin" });
  await nobody.patch(`/users/${user.id}`, { active: false }, headers);
  const credentials = { email: user.email, password: PASSWORD };
  expect((await nobody.post("/auth/login", credentials)).status).toBe(401);
  await createAdmin(database, user.email, PASSWORD);
  expect((await nobody.post("/auth/login", credentials)).status).toBe(200);
});

test("unknown parameters are refused", async ({ admin }) => {
  const path = `/users/${admin.id}`;
  const writes: [method: string, path: string, body: object][] = [
    ["PATCH", path, {}],
    ["POST", "/users", GRACE],
  ];
  expect(faultsIn(await admin.get(`${path}?x=1`))).toEqual({ x: "unknown" });
  for (const [method, url, body] of writes) {
    const answer = await admin.request(method, `${url}?x=1`, { json: body });
    expect(faultsIn(answer)).toEqual({ x: "unknown" });
    const json = { ...body, name: "", id: admin.id, [CREATED_AT]: null };
    expect(faultsIn(await admin.request(method, `${url}?x=1`, { json }))).toEqual({
      x: "unknown",
      name: "min",
      id: "readOnly",
      [CREATED_AT]: "readOnly",
    });
  }
});

test("all taken values are named", async ({ admin }) => {
  expect((await admin.post("/users", GRACE)).status).toBe(201);
  const unique = ACCOUNTS.fields.filter((field) => field.unique).map(({ key }) => key);
  const again = await admin.post("/users", GRACE);
  expect(faultsIn(again, 409)).toEqual(each(["email", ...unique], "unique"));
});

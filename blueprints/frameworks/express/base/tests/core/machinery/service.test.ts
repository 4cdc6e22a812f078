/** The resources over HTTP: statuses, headers, bodies, and the same request again. */

import { request as rawRequest } from "node:http";
import { gzipSync } from "node:zlib";
import { expect, vi } from "vitest";
import { jsonName } from "../../../src/core/naming.ts";
import { Target } from "../../../src/core/repository.ts";
import { BASE_PATH } from "../../../src/project.ts";
import { clientAt, errorIn, faultsIn, itemsIn, pageIn, rowIn } from "../../http.ts";
import { person } from "./desk.ts";
import { test as plain } from "./fixtures.ts";
import { folders, notes } from "./resources.ts";
import { routerFor } from "./service.ts";

const [DELETED_AT, INCLUDE_DELETED] = [jsonName("deleted_at"), jsonName("include_deleted")];

const test = plain
  .extend("url", async ({ world: _, start }) => {
    const { url } = await start({ MAX_BODY_BYTES: "2000" }, [routerFor(person("admin"))]);
    return `${url}${BASE_PATH}`;
  })
  .extend("http", ({ url }) => clientAt(url));

test("a row lives", async ({ http }) => {
  const made = await http.post("/folders", { name: "a" });
  const row = rowIn(made, 201);
  const path = `/folders/${row.id}`;
  expect(made.header("ETag")).toBe('"1"');
  expect(made.header("Location")).toBe(`${BASE_PATH}${path}`);
  const read = await http.get(path);
  expect([rowIn(read), read.header("ETag")]).toEqual([row, '"1"']);
  const changed = await http.patch(path, { name: "b" }, { "If-Match": '"1"' });
  expect([rowIn(changed)["name"], changed.header("ETag")]).toEqual(["b", '"2"']);
  const late = await http.patch(path, { name: "c" }, { "If-Match": '"1"' });
  expect(errorIn(late, 412).code).toBe("PRECONDITION_FAILED");
  expect(itemsIn(await http.get("/folders"))).toEqual([changed.json]);
  const deleted = await http.delete(path);
  expect([deleted.status, deleted.text]).toEqual([204, ""]);
  expect((await http.get(path)).status).toBe(404);
  const kept = await http.get(`${path}?${INCLUDE_DELETED}=true`);
  expect([DELETED_AT in rowIn(kept), kept.header("ETag")]).toEqual([true, '"3"']);
  expect((await http.post(`${path}/restore`)).header("ETag")).toBe('"4"');
  const audit = pageIn(await http.get(`${path}/audit?limit=1&offset=3`));
  expect([audit["total"], audit.items.map((entry) => entry["action"])]).toEqual([4, ["restore"]]);
});

test.for([
  ['"1"', 304],
  ['W/"1"', 304],
  ['"0", "1"', 304],
  ["*", 304],
  ['"2"', 200],
  ["1", 200],
] as const)("If-None-Match: %s is %i", async ([header, status], { http }) => {
  const path = `/folders/${rowIn(await http.post("/folders", { name: "a" }), 201).id}`;
  const answer = await http.get(path, { "If-None-Match": header });
  expect([answer.status, answer.header("ETag")]).toEqual([status, '"1"']);
  // The version does not speak for what stands beside the row.
  const expanded = await http.get(`${path}?expand=parent`, { "If-None-Match": header });
  expect([expanded.status, expanded.header("ETag")]).toEqual([200, null]);
});

test("notes of a folder", async ({ http, chief }) => {
  const row = rowIn(await http.post("/folders", { name: "a" }), 201);
  const note = await chief.create(notes, { text: "x", [jsonName("folder_id")]: row.id });
  const page = await http.get(`/folders/${row.id}/notes`);
  expect(page.json).toEqual({ items: [note], [jsonName("next_cursor")]: null });
  const link = await http.put(`/notes/${note.id}/tags/x`);
  expect(faultsIn(link)).toEqual({ [jsonName("tag_id")]: "format" });
});

test.for([
  ["/folders/%ff", 400],
  ["/folders/%00", 400],
  ["/folders/a%2Fb", 400],
  ["/folders/", 404],
  ["/FOLDERS", 404],
  ["/folders//audit", 404],
] as const)("%s is %i", async ([path, status], { http }) => {
  expect((await http.get(path)).status).toBe(status);
});

const JSON_TYPE = { "Content-Type": "application/json" };

test.for([
  { name: "nothing", sent: { headers: JSON_TYPE }, code: "MALFORMED_JSON" },
  { name: "no JSON", sent: { body: "{", headers: JSON_TYPE }, code: "MALFORMED_JSON" },
  { name: "another type", sent: { body: "{}", headers: { "Content-Type": "text/plain" } } },
  { name: "no type", sent: { body: Uint8Array.of(0x7b, 0x7d) } },
  {
    name: "a patch",
    sent: { body: "{}", headers: { "Content-Type": "application/merge-patch+json" } },
  },
  {
    name: "gzip",
    sent: {
      body: new Uint8Array(gzipSync("{}")),
      headers: { ...JSON_TYPE, "Content-Encoding": "gzip" },
    },
  },
])("a body that is $name", async ({ sent, code }, { http }) => {
  const answer = await http.request("POST", "/folders", sent);
  const status = code === undefined ? 415 : 400;
  expect(errorIn(answer, status).code).toBe(code ?? "UNSUPPORTED_MEDIA_TYPE");
});

test.for(["application/json; charset=utf-8", "Application/JSON"])(
  "a body of the type %s",
  async (type, { http }) => {
    const sent = { body: '{"name": "a"}', headers: { "Content-Type": type } };
    rowIn(await http.request("POST", "/folders", sent), 201);
  },
);

test("a body that is too large", async ({ http }) => {
  const fitting = JSON.stringify({ name: "a", data: { x: "y".repeat(1900) } });
  rowIn(await http.request("POST", "/folders", { body: fitting, headers: JSON_TYPE }), 201);
  const body = `${fitting}${" ".repeat(2000)}`;
  const answer = await http.request("POST", "/folders", { body, headers: JSON_TYPE });
  expect(errorIn(answer, 413).code).toBe("PAYLOAD_TOO_LARGE");
});

test("a body in chunks that is too large", async ({ url }) => {
  const status = await new Promise((resolve, reject) => {
    const options = { method: "POST", headers: JSON_TYPE };
    const request = rawRequest(`${url}/folders`, options, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on("error", reject);
    request.write(`{"name": "${"x".repeat(1500)}`);
    request.end(`${"x".repeat(1500)}"}`);
  });
  expect(status).toBe(413);
});

test("the same request again", async ({ http, world }) => {
  const headers = { "Idempotency-Key": "1" };
  const made = await http.post("/folders", { name: "a" }, headers);
  const again = await http.post("/folders", { name: "a" }, headers);
  expect([rowIn(again, 201), again.header("Idempotency-Replayed")]).toEqual([made.json, "true"]);
  for (const name of ["Location", "ETag", "Content-Type", "X-Content-Type-Options"]) {
    expect(again.header(name), name).toBe(made.header(name));
  }
  const rows = folders.select(world.db).selectAll();
  expect(await rows.execute()).toHaveLength(1);
});

test("a body that is never sent to its end does no harm", async ({ url, http }) => {
  const headers = { ...JSON_TYPE, "Content-Length": "100" };
  const request = rawRequest(`${url}/folders`, { method: "POST", headers });
  request.on("error", () => undefined);
  request.write('{"name": "a"');
  await vi.waitFor(() => expect(request.socket?.bytesWritten).toBeGreaterThan(0));
  request.destroy();
  expect(itemsIn(await http.get("/folders"))).toEqual([]);
});

plain("the service itself knows none of this", ({ service: _ }) => {
  expect([...Target.known.values()].filter((target) => target === folders)).toEqual([]);
});

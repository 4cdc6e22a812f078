/** Traces: what reaches the collector, and whose trace they continue. */

import { sql } from "kysely";
import { expect, vi } from "vitest";
import { strictRouter } from "../../src/core/routing.ts";
import { BASE_PATH, NAME } from "../../src/project.ts";
import { test as plain } from "../fixtures.ts";
import { logged } from "../logs.ts";
import { makeSettings } from "../service.ts";
import { type Receiver, receiving } from "./receiver.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const PARENT = "b7ad6b7169203331";

const test = plain
  // biome-ignore lint/correctness/noEmptyPattern: what a fixture asks for is read from its pattern
  .extend("receiver", async ({}, { onCleanup }) => {
    const receiver = await receiving();
    onCleanup(() => receiver.close());
    return receiver;
  })
  .extend("endpoint", ({ receiver }) => `http://${receiver.address}/`);

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string };
}

interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly kind: number;
  readonly attributes: readonly Attribute[];
  readonly status: { readonly code?: number; readonly message?: string };
}

interface Export {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly Span[] }[];
  }[];
}

function exportsOf({ received }: Receiver): Export[] {
  return received.map(({ path, text }) => {
    expect(path).toBe("/v1/traces");
    return JSON.parse(text) as Export;
  });
}

/** Every span that was received. */
function spansOf(receiver: Receiver): Span[] {
  const resources = exportsOf(receiver).flatMap(({ resourceSpans }) => resourceSpans);
  return resources.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
}

function attribute(span: Span | undefined, name: string): string | undefined {
  return span?.attributes.find(({ key }) => key === name)?.value.stringValue;
}

test("a request and its statements", async ({ start, receiver, endpoint }) => {
  const router = strictRouter();
  const settings = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint };
  const { app, client } = await start(settings, [router]);
  router.get("/probe/:name", async (_request, response) => {
    await app.runtime.database.ping();
    response.end();
  });
  app.routes.add(BASE_PATH, router);
  const headers = { traceparent: `00-${TRACE}-${PARENT}-01` };
  await client.get(`${BASE_PATH}/probe/me?q=secret`, headers);
  await client.get("/healthz", headers);
  await vi.waitFor(() => expect(logged("request")).toHaveLength(2));
  await app.runtime.observers.close();
  const spans = spansOf(receiver);
  const requests = spans.filter((span) => attribute(span, "http.request.method") !== undefined);
  expect(requests).toHaveLength(1);
  const [request] = requests;
  const route = `${BASE_PATH}/probe/{name}`;
  expect(request).toMatchObject({ name: `GET ${route}`, traceId: TRACE, parentSpanId: PARENT });
  expect(attribute(request, "http.route")).toBe(route);
  const [statement] = spans.filter((span) => attribute(span, "db.query.text") === "SELECT 1");
  expect(statement).toMatchObject({ traceId: TRACE, parentSpanId: request?.spanId });
  expect(JSON.stringify(receiver.received)).not.toContain("secret");
  const [resource] = exportsOf(receiver)[0]?.resourceSpans ?? [];
  const names = resource?.resource.attributes.filter(({ key }) => key === "service.name");
  expect(names).toEqual([{ key: "service.name", value: { stringValue: NAME } }]);
});

test("a statement that fails tells its kind alone", async ({ start, receiver, endpoint }) => {
  const router = strictRouter();
  const settings = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint };
  const { app, client } = await start(settings, [router]);
  router.get("/broken", async () => {
    await sql`SELECT ${"personal"} FROM nowhere`.execute(app.runtime.database.db);
  });
  app.routes.add(BASE_PATH, router);
  expect((await client.get(`${BASE_PATH}/broken`)).status).toBe(500);
  await vi.waitFor(() => expect(logged("request")).toHaveLength(1));
  await app.runtime.observers.close();
  const failed = spansOf(receiver).filter((span) =>
    attribute(span, "db.query.text")?.includes("nowhere"),
  );
  expect(failed).toHaveLength(1);
  expect(failed[0]?.status).toMatchObject({
    code: 2,
    message: expect.stringMatching(/^\w*Error$/),
  });
  expect(JSON.stringify(receiver.received)).not.toContain("personal");
});

test("the span of an unknown path is not named after it", async ({ start, receiver, endpoint }) => {
  const { app, client } = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
  await client.get("/nope");
  await vi.waitFor(() => expect(logged("request")).toHaveLength(1));
  await app.runtime.observers.close();
  expect(spansOf(receiver).map(({ name }) => name)).toEqual(["GET"]);
});

test("the log line has the trace that was begun here", async ({ start, receiver, endpoint }) => {
  const { app, client } = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
  await client.get("/nope");
  await vi.waitFor(() => expect(logged("request")).toHaveLength(1));
  await app.runtime.observers.close();
  const [span] = spansOf(receiver);
  expect(span?.traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(logged("request")[0]?.["traceId"]).toBe(span?.traceId);
});

test("a collector that is away disturbs nobody", { timeout: 60_000 }, async ({ start }) => {
  const { client } = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1" });
  expect((await client.get("/openapi.json")).status).toBe(200);
});

test("a malformed address of a collector is refused", () => {
  const make = () => makeSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4318" });
  expect(make).toThrow("OTEL_EXPORTER_OTLP_ENDPOINT");
});

/** Unforeseen errors: what reaches Sentry, and what must not. */

import { expect } from "vitest";
import { strictRouter } from "../../src/core/routing.ts";
import { ErrorTracking } from "../../src/observability/error-tracking.ts";
import { BASE_PATH } from "../../src/project.ts";
import { test as plain } from "../fixtures.ts";
import { makeSettings } from "../service.ts";
import { type Receiver, receiving } from "./receiver.ts";

const test = plain
  // biome-ignore lint/correctness/noEmptyPattern: what a fixture asks for is read from its pattern
  .extend("receiver", async ({}, { onCleanup }) => {
    const receiver = await receiving();
    onCleanup(() => receiver.close());
    return receiver;
  });

interface Event {
  readonly exception: {
    readonly values: readonly {
      readonly type: string;
      readonly value: string;
      readonly stacktrace: {
        readonly frames: readonly { readonly function?: string; readonly vars?: object }[];
      };
    }[];
  };
  readonly tags: object;
  readonly [key: string]: unknown;
}

/** The events in the envelopes that were received. */
function eventsOf({ received }: Receiver): Event[] {
  return received.flatMap(({ path, text }) => {
    expect(path).toMatch(/^\/api\/7\/envelope\//);
    const lines = text.split("\n").filter((line) => line !== "");
    return lines
      .filter((_, at) => at >= 2 && at % 2 === 0)
      .map((line) => JSON.parse(line) as Event);
  });
}

test("an unforeseen error goes out without personal data", async ({ start, receiver }) => {
  const router = strictRouter();
  const broken = (name: string): never => {
    const password = `hunter2 of ${name}`;
    throw new RangeError(`broken for ${password.length}`);
  };
  router.post("/broken/:name", (request) => broken(request.params.name));
  const dsn = `http://key@${receiver.address}/7`;
  const { app, client } = await start({ SENTRY_DSN: dsn }, [router]);
  const answer = await client.post(
    `${BASE_PATH}/broken/ada?email=ada@example.com`,
    { secret: "the body" },
    { "X-Request-Id": "find-me", "X-Secret": "token-1" },
  );
  expect(answer.status).toBe(500);
  expect((await client.get("/nope")).status).toBe(404);
  await app.runtime.observers.close();
  const [event, ...others] = eventsOf(receiver);
  expect(others).toEqual([]);
  const [found] = event?.exception.values ?? [];
  expect([found?.type, found?.value]).toEqual(["RangeError", "broken for 14"]);
  const frames = found?.stacktrace.frames ?? [];
  expect(frames.at(-1)?.function).toContain("broken");
  expect(frames.filter((frame) => "vars" in frame)).toEqual([]);
  const route = `${BASE_PATH}/broken/{name}`;
  expect(event?.tags).toEqual({ request_id: "find-me", method: "POST", route });
  expect(event).toMatchObject({ transaction: `POST ${route}`, environment: "test" });
  for (const key of ["request", "user", "breadcrumbs"]) {
    expect(event).not.toHaveProperty(key);
  }
  const sent = receiver.received.map(({ text }) => text).join("\n");
  for (const secret of ["hunter2 of ada", "ada@example.com", "token-1", "the body"]) {
    expect(sent).not.toContain(secret);
  }
});

test.for([
  ["taken\nDETAIL:  Key (email)=(ada@example.com) exists.\nHINT: none", "taken\nHINT: none"],
  ["Duplicate entry 'ada@example.com' for key 'users.uq'", "Duplicate entry  for key 'users.uq'"],
] as const)(
  "what a database tells of a row stays here: %j",
  async ([message, kept], { receiver }) => {
    const tracking = new ErrorTracking(`http://key@${receiver.address}/7`, "test");
    tracking.report(new RangeError(message), { requestId: "1", method: "GET", route: "/" });
    await tracking.close();
    const [event] = eventsOf(receiver);
    expect(event?.exception.values[0]?.value).toBe(kept);
    expect(receiver.received[0]?.text).not.toContain("ada@example.com");
  },
);

test("what is no error is not shown", async ({ receiver }) => {
  const tracking = new ErrorTracking(`http://key@${receiver.address}/7`, "test");
  tracking.report({ password: "hunter2" }, { requestId: "1", method: "GET", route: "/" });
  await tracking.close();
  expect(eventsOf(receiver)).toHaveLength(1);
  expect(receiver.received[0]?.text).not.toContain("hunter2");
});

test.for(["errors.example", "https://errors.example/1", "https://key@errors.example"])(
  "%s is no DSN",
  (dsn) => {
    expect(() => makeSettings({ SENTRY_DSN: dsn })).toThrow("SENTRY_DSN");
  },
);

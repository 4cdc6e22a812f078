/** What other services tell: who is believed, what is done, and that it is done once. */

import { afterEach, describe, expect, vi } from "vitest";
import type { Submitted } from "../../src/core/bodies.ts";
import type { Call } from "../../src/core/call.ts";
import { isAdmin } from "../../src/core/caller.ts";
import { readSettings } from "../../src/core/config.ts";
import { ApiError } from "../../src/core/errors.ts";
import type { JsonObject } from "../../src/core/fields.ts";
import { claim, keep } from "../../src/core/idempotency.ts";
import { settingsSchema } from "../../src/settings.ts";
import type { Reaction, Webhook } from "../../src/webhooks/receiving.ts";
import { DEVELOPMENT_SECRET } from "../../src/webhooks/secrets.ts";
import { signature } from "../../src/webhooks/signature.ts";
import { WEBHOOKS } from "../../src/webhooks/table.ts";
import { TEST_SETTINGS } from "../environment.ts";
import { test } from "../fixtures.ts";
import { type Answer, type Client, errorIn, faultsIn, type Headers } from "../http.ts";

const UNKNOWN_ID = "01940000-0000-7000-8000-000000000000";
const EVENTS = WEBHOOKS.flatMap((webhook) =>
  webhook.reactions.map((reaction) => ({ webhook, reaction, type: reaction.type })),
);

/** Put a value where a way leads. */
function put(body: Record<string, unknown>, way: string, value: unknown): void {
  const [key = "", ...rest] = way.split(".");
  if (rest.length === 0) {
    body[key] = value;
    return;
  }
  body[key] ??= {};
  put(body[key] as Record<string, unknown>, rest.join("."), value);
}

/** An event about a row that does not exist, with a text for each part of the input. */
function toldOf({ type, row, input = {} }: Reaction, id = "evt_1"): Record<string, unknown> {
  const body = {};
  for (const way of [...Object.values(input), row]) {
    put(body, way, UNKNOWN_ID);
  }
  return { ...body, id, type };
}

function secretOf(webhook: Webhook): string {
  return String(TEST_SETTINGS[webhook.secret]);
}

function signedAt(webhook: Webhook, seconds: number, text: string): Headers {
  const v1 = signature(secretOf(webhook), String(seconds), Buffer.from(text));
  return { [webhook.header]: `t=${seconds},v1=${v1}` };
}

function nowInSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** Send an event as the other service signs it. */
function send(
  client: Client,
  webhook: Webhook,
  told: unknown,
  headers: Headers = {},
): Promise<Answer> {
  const body = typeof told === "string" ? told : JSON.stringify(told);
  const signed = signedAt(webhook, nowInSeconds(), body);
  const all = { "Content-Type": "application/json", ...signed, ...headers };
  return client.request("POST", webhook.path, { body, headers: all });
}

/** Let something else be done for an event. */
function react(reaction: Reaction, run: Reaction["run"]): void {
  vi.spyOn(reaction as { run: Reaction["run"] }, "run").mockImplementation(run);
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe.for(WEBHOOKS)("$name", (webhook) => {
  test("what is no event is refused", async ({ nobody }) => {
    expect(errorIn(await send(nobody, webhook, "no json"), 400).code).toBe("MALFORMED_JSON");
    const text = { "Content-Type": "text/plain" };
    expect((await send(nobody, webhook, {}, text)).status).toBe(415);
    expect(faultsIn(await send(nobody, webhook, []))).toEqual({ "": "type" });
    const wrong = { id: 5 };
    expect(faultsIn(await send(nobody, webhook, wrong))).toEqual({ id: "type", type: "required" });
    expect(faultsIn(await send(nobody, webhook, { id: "", type: "x" }))).toEqual({ id: "min" });
  });

  test("other events are well", async ({ nobody }) => {
    const answer = await send(nobody, webhook, { id: "evt_1", type: "nobody.asked", data: [1] });
    expect([answer.status, answer.text]).toEqual([204, ""]);
  });

  test.for(["", "short", "with spaces in between them"])(
    "the secret %j stops the start",
    (value) => {
      const read = (): unknown =>
        readSettings(settingsSchema, { ...TEST_SETTINGS, [webhook.secret]: value });
      expect(read).toThrow(`configuration: ${webhook.secret}: `);
    },
  );

  test("production refuses the secret of examples", () => {
    const variables = {
      ...TEST_SETTINGS,
      APP_ENV: "production",
      METRICS_TOKEN: "0123456789abcdefghijklmnopqrstuvwxyz",
    };
    const known = { ...variables, [webhook.secret]: DEVELOPMENT_SECRET };
    expect(() => readSettings(settingsSchema, known)).toThrow(webhook.secret);
    readSettings(settingsSchema, variables);
  });
});

describe.for(EVENTS)("$type", ({ webhook, reaction }) => {
  test("who does not sign is not believed", async ({ nobody }) => {
    const run = vi.fn();
    react(reaction, run);
    const told = toldOf(reaction);
    const [now, old] = [nowInSeconds(), nowInSeconds() - webhook.tolerance - 60];
    const wrong = { [webhook.header]: `t=${now},v1=${"0".repeat(64)}` };
    const unsigned = { [webhook.header]: "" };
    for (const headers of [wrong, unsigned, signedAt(webhook, old, JSON.stringify(told))]) {
      const answer = await send(nobody, webhook, told, headers);
      expect(errorIn(answer, 401).code).toBe("UNAUTHORIZED");
      expect(answer.header("WWW-Authenticate")).toBe("HMAC-SHA256");
    }
    expect(run).not.toHaveBeenCalled();
  });

  test("asks for its command", async ({ nobody }) => {
    const calls: [Call, string, Submitted<never>][] = [];
    react(reaction, async (...given) => {
      calls.push(given);
      return {};
    });
    expect((await send(nobody, webhook, toldOf(reaction))).status).toBe(204);
    expect(calls).toHaveLength(1);
    for (const [call, id, body] of calls) {
      expect(id).toBe(UNKNOWN_ID);
      expect([isAdmin(call.caller), call.caller.userId]).toEqual([true, null]);
      expect(call.repeatable).toMatchObject({ key: "evt_1", caller: `webhook ${webhook.name}` });
      expect(Object.keys(body.raw)).toEqual(Object.keys(reaction.input ?? {}));
    }
  });

  test("the row must be there", async ({ nobody }) => {
    const absent = await send(nobody, webhook, toldOf(reaction));
    expect(errorIn(absent, 404).code).toBe("NOT_FOUND");
    for (const [value, faults] of [
      [null, { [reaction.row]: "required" }],
      [5, { [reaction.row]: "type" }],
      ["no-id", { id: "format" }],
    ]) {
      const told = toldOf(reaction);
      put(told, reaction.row, value);
      expect(faultsIn(await send(nobody, webhook, told))).toEqual(faults);
    }
  });

  test("comes again and is done once", async ({ nobody }) => {
    const done: string[] = [];
    // As every command does: the key is kept in the transaction of the work.
    react(reaction, ({ database, repeatable }, id, body) =>
      database.write(async (session): Promise<JsonObject> => {
        const key = repeatable && (await claim(session, repeatable, body.value));
        await keep(session, String(key), 200, { version: 2 });
        done.push(id);
        return {};
      }),
    );
    const several = [1, 2, 3, 4].map(() => send(nobody, webhook, toldOf(reaction, "evt_again")));
    const answers = await Promise.all(several);
    expect(answers.map(({ status, text }) => [status, text])).toEqual(Array(4).fill([204, ""]));
    const replayed = answers.filter((answer) => answer.header("Idempotency-Replayed") === "true");
    expect(replayed).toHaveLength(3);
    expect(done).toHaveLength(1);
    expect((await send(nobody, webhook, toldOf(reaction, "evt_other"))).status).toBe(204);
    expect(done).toHaveLength(2);
  });

  test("what cannot be done now may come again", async ({ nobody }) => {
    react(reaction, () => Promise.reject(new ApiError(409, "CONFLICT", "Not now.")));
    for (const _ of [1, 2]) {
      expect(errorIn(await send(nobody, webhook, toldOf(reaction)), 409).code).toBe("CONFLICT");
    }
  });
});

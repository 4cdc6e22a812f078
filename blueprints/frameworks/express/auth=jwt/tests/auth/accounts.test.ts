/** Registration, login, sessions, lockout and passwords, as clients see them. */

import { beforeEach, describe, expect, vi } from "vitest";
import { forgetDeadCredentials } from "../../src/auth/cleanup.ts";
import type { Database } from "../../src/core/database.ts";
import { storage } from "../../src/core/driver.ts";
import type { JsonObject } from "../../src/core/fields.ts";
import { jsonName } from "../../src/core/naming.ts";
import type { Runtime } from "../../src/core/runtime.ts";
import { BASE_PATH } from "../../src/project.ts";
import { users } from "../../src/users/reference.ts";
import * as roles from "../../src/users/roles.ts";
import { atOnce } from "../api/common.ts";
import { ownFields, PASSWORD, type Person } from "../callers.ts";
import { test as plain } from "../fixtures.ts";
import { type Answer, type Client, clientAt, errorIn, faultsIn, objectIn } from "../http.ts";
import { runDue } from "../jobs.ts";
import { logged, loggedText } from "../logs.ts";
import { forgetMails, mails } from "../mails.ts";

const ADA = { ...ownFields(0), email: "ada@example.com", password: PASSWORD, name: "Ada" };
const OTHER = "Another-Password-9";
const WRONG = "Wrong-Password-1";
const [ACCESS, REFRESH] = [jsonName("access_token"), jsonName("refresh_token")];
const [CURRENT, NEW] = [jsonName("current_password"), jsonName("new_password")];
const YEAR_MS = 365 * 24 * 3_600_000;

/** `anybody` gets answers that the document does not have where registration is otherwise. */
const test = plain.extend("anybody", ({ service, database: _ }) => {
  return clientAt(`${service.url}${BASE_PATH}`);
});

beforeEach(forgetMails);

function login(client: Client, email: string, password = PASSWORD): Promise<Answer> {
  return client.post("/auth/login", { email, password });
}

function refresh(client: Client, token: string): Promise<Answer> {
  return client.post("/auth/refresh", { [REFRESH]: token });
}

/** The status of asking who one is. */
async function me(client: Client, token: unknown): Promise<number> {
  const answer = await client.get("/auth/me", { Authorization: `Bearer ${String(token)}` });
  return answer.status;
}

function statuses(answers: readonly Answer[]): number[] {
  return answers.map(({ status }) => status).sort();
}

/** Set a column of all rows, or of those with a value. */
async function set(
  { db }: Database,
  table: string,
  values: Record<string, unknown>,
  where?: readonly [column: string, value: unknown],
): Promise<void> {
  const update = db.updateTable(table).set(values);
  await (where === undefined ? update : update.where(where[0], "=", where[1])).execute();
}

describe("registration", () => {
  beforeEach(() => {
    const open = vi.spyOn(roles, "REGISTRATION_OPEN", "get").mockReturnValue(true);
    return () => open.mockRestore();
  });

  test("is refused where it is closed", async ({ anybody }) => {
    vi.spyOn(roles, "REGISTRATION_OPEN", "get").mockReturnValue(false);
    for (const body of [ADA, { x: 1 }]) {
      expect(errorIn(await anybody.post("/auth/register", body), 403).code).toBe("FORBIDDEN");
    }
  });

  test("answers the user and nothing secret", async ({ anybody, service }) => {
    const answer = await anybody.post("/auth/register", { ...ADA, email: "  ADA@Example.com " });
    const user = objectIn(answer, 201);
    expect(answer.header("Location")).toBe(`${BASE_PATH}/users/${String(user["id"])}`);
    expect(answer.header("Cache-Control")).toBe("no-store");
    expect(Object.keys(user).sort()).toEqual(users.shown.map(([, { json }]) => json).sort());
    expect(user).toMatchObject({ email: "ada@example.com", role: "user", active: true });
    expect(user[jsonName("created_at")]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(await runDue(service.app.runtime)).toBe(1);
    expect(mails().map(({ to }) => to)).toEqual(["ada@example.com"]);
  });

  test("of an address that is taken is a conflict, whatever its case", async ({
    anybody,
    database,
  }) => {
    const bodies = ["ada@example.com", "ADA@EXAMPLE.COM"].map((email) => ({ ...ADA, email }));
    const answers = await Promise.all(
      [...bodies, ...bodies, ...bodies].map((body) => anybody.post("/auth/register", body)),
    );
    expect(statuses(answers)).toEqual([201, 409, 409, 409, 409, 409]);
    const loser = answers.find(({ status }) => status === 409);
    expect(loser && errorIn(loser, 409)).toMatchObject({
      code: "CONFLICT",
      details: expect.arrayContaining([
        expect.objectContaining({ field: "email", rule: "unique" }),
      ]),
    });
    expect(await users.select(database.db).selectAll().execute()).toHaveLength(1);
  });

  test.for<[change: object, faults: Record<string, string>]>([
    [{ email: "ada" }, { email: "format" }],
    [{ email: "ada@localhost" }, { email: "format" }],
    [{ email: `${"a".repeat(250)}@b.de` }, { email: "max" }],
    [{ email: 5 }, { email: "type" }],
    [{ email: null }, { email: "required" }],
    [{ name: "" }, { name: "min" }],
    [{ name: "x".repeat(101) }, { name: "max" }],
    [{ name: "a\0b" }, { name: "format" }],
    [{ password: "password1" }, { password: "rule" }],
    [{ password: "Short1" }, { password: "min" }],
    [{ password: "x".repeat(129) }, { password: "max" }],
    [{ role: "admin" }, { role: "unknown" }],
    [
      { id: "1", passwordHash: "x" },
      { id: "readOnly", passwordHash: "unknown" },
    ],
    [
      { email: "", name: null, password: 1 },
      { email: "format", name: "required", password: "type" },
    ],
  ])("with %j names every faulty field", async ([change, faults], { anybody }) => {
    const body = { ...ADA, ...change };
    expect(faultsIn(await anybody.post("/auth/register", body))).toEqual(faults);
    const asked = await anybody.post("/auth/register?x=1", body);
    expect(faultsIn(asked)).toEqual({ x: "unknown", ...faults });
  });
});

describe("login", () => {
  test("gives a pair of tokens", async ({ nobody, logIn }) => {
    const person = await logIn("user");
    const pair = objectIn(await login(nobody, person.email.toUpperCase()));
    expect(pair).toEqual({
      [ACCESS]: expect.any(String),
      [REFRESH]: expect.any(String),
      [jsonName("token_type")]: "Bearer",
      [jsonName("expires_in")]: 900,
    });
    expect(await me(nobody, pair[ACCESS])).toBe(200);
  });

  test("lets no secret reach the log", async ({ nobody, logIn }) => {
    const person = await logIn("user");
    await login(nobody, person.email, OTHER);
    const pair = objectIn(await refresh(nobody, person.refreshToken));
    await person.post("/auth/change-password", { [CURRENT]: PASSWORD, [NEW]: OTHER });
    await vi.waitFor(() => expect(logged("request")).toHaveLength(4));
    const [, token] = String(person.headers["Authorization"]).split(" ");
    const tokens = [person.refreshToken, pair[REFRESH], token, pair[ACCESS]];
    for (const secret of [PASSWORD, OTHER, ...tokens]) {
      expect(loggedText()).not.toContain(secret);
    }
    const callers = new Set(logged("request").map((line) => line["userId"]));
    expect(callers).toEqual(new Set([null, person.id]));
  });

  test("answers unknown and known addresses alike", async ({ nobody, logIn }) => {
    const person = await logIn("user");
    const failures: unknown[] = [];
    for (const email of [person.email, "nobody@example.com"]) {
      const answer = await login(nobody, email, WRONG);
      expect(answer.header("WWW-Authenticate")).toMatch(/^Bearer/);
      failures.push({ ...errorIn(answer, 401), [jsonName("request_id")]: "" });
    }
    expect(failures[0]).toEqual(failures[1]);
    expect(failures[0]).toMatchObject({ code: "INVALID_CREDENTIALS" });
  });

  test("takes as long for unknown addresses", async ({ logIn, start }) => {
    const person = await logIn("user");
    const { url } = await start({ LOCKOUT_ATTEMPTS: "1000" });
    const client = clientAt(`${url}${BASE_PATH}`);
    const times: Record<string, number[]> = { [person.email]: [], "nobody@example.com": [] };
    for (let round = 0; round < 9; round++) {
      for (const [email, taken] of Object.entries(times)) {
        const started = process.cpuUsage();
        await login(client, email, WRONG);
        const { user, system } = process.cpuUsage(started);
        taken.push(user + system);
      }
    }
    // Work, not time: what else the machine does makes answers slower.
    const [known = 0, unknown = 0] = Object.values(times).map((taken) => Math.min(...taken));
    expect(unknown).toBeGreaterThan(0.5 * known);
  });

  test.for([true, false])(
    "is locked for an address after five failures (known: %s)",
    async (known, { nobody, database, logIn }) => {
      const email = known ? (await logIn("user")).email : "nobody@example.com";
      for (let failure = 0; failure < 5; failure++) {
        expect((await login(nobody, email, WRONG)).status).toBe(401);
      }
      for (const password of [WRONG, PASSWORD]) {
        const locked = await login(nobody, email, password);
        expect(errorIn(locked, 429).code).toBe("ACCOUNT_LOCKED");
        const seconds = Number(locked.header("Retry-After"));
        expect(seconds).toBeGreaterThanOrEqual(890);
        expect(seconds).toBeLessThanOrEqual(900);
      }
      expect((await login(nobody, "another@example.com")).status).toBe(401);
      // Long after.
      const at = storage.moment.store(new Date(Date.now() - YEAR_MS));
      await set(database, "login_failures", { at });
      expect((await login(nobody, email)).status).toBe(known ? 200 : 401);
    },
  );

  test("lets no guesses slip through that are made at once", async ({ nobody, logIn }) => {
    const person = await logIn("user");
    const answers = await atOnce(12, () => login(nobody, person.email, WRONG));
    expect(statuses(answers)).toEqual([...Array(5).fill(401), ...Array(7).fill(429)]);
  });

  test("forgets failures when it succeeds", async ({ nobody, logIn }) => {
    const person = await logIn("user");
    for (let round = 0; round < 2; round++) {
      for (let failure = 0; failure < 4; failure++) {
        await login(nobody, person.email, WRONG);
      }
      expect((await login(nobody, person.email)).status).toBe(200);
    }
  });

  test("is not for deactivated users", async ({ nobody, database, logIn }) => {
    const person = await logIn("user");
    await set(database, "users", { active: storage.boolean.store(false) });
    expect(errorIn(await login(nobody, person.email), 401).code).toBe("INVALID_CREDENTIALS");
    // What he had open ends with the next request.
    expect((await person.get("/auth/me")).status).toBe(401);
    expect((await refresh(nobody, person.refreshToken)).status).toBe(401);
  });
});

describe("limits", () => {
  beforeEach(() => {
    return () => {
      vi.useRealTimers();
    };
  });

  test("of /auth count by address", async ({ start, database: _ }) => {
    vi.setSystemTime("2026-01-31T09:30:00Z");
    const { url } = await start({ AUTH_RATE_LIMIT_PER_MINUTE: "3" });
    const client = clientAt(`${url}${BASE_PATH}`);
    const answers: Answer[] = [];
    for (let request = 0; request < 4; request++) {
      answers.push(await refresh(client, "x"));
    }
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 429]);
    expect(answers[3] && errorIn(answers[3], 429).code).toBe("RATE_LIMITED");
  });

  test("count users apart, and bad tokens by address", async ({ start, logIn }) => {
    const [ada, bob] = [await logIn("user"), await logIn("user")];
    const { url } = await start({ RATE_LIMIT_PER_MINUTE: "1" });
    // The beginning of the next minute: a token that is not issued yet is a bad one.
    vi.setSystemTime(Math.ceil(Date.now() / 60_000) * 60_000 + 1000);
    const client = clientAt(`${url}${BASE_PATH}`);
    const bad = { Authorization: "Bearer bad" };
    const limited: boolean[] = [];
    for (const headers of [ada.headers, ada.headers, bob.headers, bad, bad, {}]) {
      limited.push((await client.get("/users/x", headers)).status === 429);
    }
    expect(limited).toEqual([false, true, false, false, true, true]);
  });
});

describe("sessions", () => {
  test("go on with another refresh token", async ({ nobody, logIn }) => {
    const person = await logIn("user");
    const pair = objectIn(await refresh(nobody, person.refreshToken));
    expect(pair[REFRESH]).not.toBe(person.refreshToken);
    expect(await me(nobody, pair[ACCESS])).toBe(200);
  });

  test("end as a whole with a replay", async ({ nobody, logIn }) => {
    const person = await logIn("user");
    const other = objectIn(await login(nobody, person.email));
    const pair = objectIn(await refresh(nobody, person.refreshToken));
    expect(errorIn(await refresh(nobody, person.refreshToken), 401).code).toBe("UNAUTHORIZED");
    expect(await me(nobody, pair[ACCESS])).toBe(401);
    expect((await person.get("/auth/me")).status).toBe(401);
    expect((await refresh(nobody, String(pair[REFRESH]))).status).toBe(401);
    // Another session of the same user lives on.
    expect(await me(nobody, other[ACCESS])).toBe(200);
  });

  test("go on for one of several refreshes at once", async ({ nobody, logIn }) => {
    const person = await logIn("user");
    const answers = await atOnce(5, () => refresh(nobody, person.refreshToken));
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
    expect(answers.filter(({ status }) => ![200, 401].includes(status))).toEqual([]);
  });

  test("do not go on with an old refresh token", async ({ nobody, database, logIn }) => {
    const person = await logIn("user");
    const now = storage.moment.store(new Date());
    await set(database, "refresh_tokens", { expires_at: now });
    const answer = await refresh(nobody, person.refreshToken);
    expect(errorIn(answer, 401).code).toBe("TOKEN_EXPIRED");
  });

  test("end at once with a logout", async ({ nobody, logIn }) => {
    const person = await logIn("user");
    for (const token of [person.refreshToken, person.refreshToken, "unknown", ""]) {
      const answer = await nobody.post("/auth/logout", { [REFRESH]: token });
      expect([answer.status, answer.text]).toEqual([204, ""]);
    }
    expect((await person.get("/auth/me")).status).toBe(401);
    expect((await refresh(nobody, person.refreshToken)).status).toBe(401);
    // Also where nobody need log in: with a dead token a caller is not simply anonymous.
    expect((await person.post("/auth/logout", { [REFRESH]: "unknown" })).status).toBe(401);
  });

  test("are kept by hashes of their tokens", async ({ database, logIn }) => {
    const person = await logIn("user");
    const rows = await database.db.selectFrom("refresh_tokens").selectAll().execute();
    expect(rows).toHaveLength(1);
    expect(rows[0]?.["token_hash"]).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.stringify(rows)).not.toContain(person.refreshToken);
  });

  test("that live are kept when the others are cleaned up", async ({
    nobody,
    database,
    service,
    logIn,
  }) => {
    const [alive, dead] = [await logIn("user"), await logIn("user")];
    const long = storage.moment.store(new Date(Date.now() - YEAR_MS));
    await set(database, "sessions", { created_at: long });
    await set(database, "sessions", { revoked_at: long }, ["user_id", dead.id]);
    await forgetDeadCredentials(service.app.runtime);
    expect((await refresh(nobody, alive.refreshToken)).status).toBe(200);
    const rows = await database.db.selectFrom("sessions").select("user_id").execute();
    expect(rows).toEqual([{ user_id: alive.id }]);
  });
});

/** Ask for a reset and read the token out of the mail. */
async function askReset(client: Client, runtime: Runtime, email: string): Promise<string> {
  await client.post("/auth/password-reset", { email });
  await runDue(runtime);
  const text = mails().at(-1)?.text ?? "";
  const [, token = ""] = /http:\/\/127\.0\.0\.1:8000\/reset-password\?token=(\S+)/.exec(text) ?? [];
  expect(token).not.toBe("");
  return token;
}

function confirm(client: Client, token: string, password: string): Promise<Answer> {
  return client.post("/auth/password-reset/confirm", { token, [NEW]: password });
}

describe("passwords", () => {
  const DEAD = { token: "reference" };
  const change = (person: Person, current: string, password: string): Promise<Answer> =>
    person.post("/auth/change-password", { [CURRENT]: current, [NEW]: password });

  test("end other sessions when they change", async ({ nobody, logIn }) => {
    const person = await logIn("user");
    const other: JsonObject = objectIn(await login(nobody, person.email));
    expect((await change(person, PASSWORD, OTHER)).status).toBe(204);
    expect((await person.get("/auth/me")).status).toBe(200);
    expect(await me(nobody, other[ACCESS])).toBe(401);
    expect((await refresh(nobody, String(other[REFRESH]))).status).toBe(401);
    expect((await login(nobody, person.email)).status).toBe(401);
    expect((await login(nobody, person.email, OTHER)).status).toBe(200);
  });

  test("change only with the current one", async ({ nobody, logIn }) => {
    const person = await logIn("user");
    expect((await change(person, WRONG, "weak")).status).toBe(401);
    expect(faultsIn(await change(person, PASSWORD, "weak"))).toEqual({ [NEW]: "min" });
    const body = { [CURRENT]: PASSWORD, [NEW]: "weak" };
    expect((await nobody.post("/auth/change-password", body)).status).toBe(401);
  });

  test("are reset by a mailed token, once", async ({ nobody, database, service, logIn }) => {
    const person = await logIn("user");
    const token = await askReset(nobody, service.app.runtime, person.email);
    const rows = await database.db.selectFrom("password_resets").selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(token);
    expect(faultsIn(await confirm(nobody, token, "weak"))).toEqual({ [NEW]: "min" });
    expect((await confirm(nobody, token, OTHER)).status).toBe(204);
    expect(faultsIn(await confirm(nobody, token, OTHER))).toEqual(DEAD);
    expect((await person.get("/auth/me")).status).toBe(401);
    expect((await login(nobody, person.email)).status).toBe(401);
    expect((await login(nobody, person.email, OTHER)).status).toBe(200);
  });

  test("that are new end every mailed link", async ({ nobody, service, logIn }) => {
    const person = await logIn("user");
    const first = await askReset(nobody, service.app.runtime, person.email);
    const second = await askReset(nobody, service.app.runtime, person.email);
    expect((await confirm(nobody, second, OTHER)).status).toBe(204);
    expect(faultsIn(await confirm(nobody, first, PASSWORD))).toEqual(DEAD);
  });

  test("are judged with the token", async ({ nobody }) => {
    const answer = await confirm(nobody, "unknown", "weak");
    expect(faultsIn(answer)).toEqual({ ...DEAD, [NEW]: "min" });
  });

  test("are not reset by an old token", async ({ nobody, database, service, logIn }) => {
    const token = await askReset(nobody, service.app.runtime, (await logIn("user")).email);
    const now = storage.moment.store(new Date());
    await set(database, "password_resets", { expires_at: now });
    expect(faultsIn(await confirm(nobody, token, OTHER))).toEqual(DEAD);
  });

  test("are set by one of several confirmations at once", async ({ nobody, service, logIn }) => {
    const token = await askReset(nobody, service.app.runtime, (await logIn("user")).email);
    const answers = await atOnce(4, () => confirm(nobody, token, OTHER));
    expect(statuses(answers)).toEqual([204, 400, 400, 400]);
  });

  test("of unknown addresses get the same answer and no mail", async ({
    nobody,
    service,
    logIn,
  }) => {
    const person = await logIn("user");
    for (const email of [person.email, "nobody@example.com"]) {
      const answer = await nobody.post("/auth/password-reset", { email });
      expect([answer.status, answer.text]).toEqual([202, ""]);
    }
    expect(await runDue(service.app.runtime)).toBe(2);
    expect(mails().map(({ to }) => to)).toEqual([person.email]);
  });

  test("of deactivated users are not reset", async ({ nobody, database, service, logIn }) => {
    const person = await logIn("user");
    await set(database, "users", { active: storage.boolean.store(false) });
    const answer = await nobody.post("/auth/password-reset", { email: person.email });
    expect([answer.status, await runDue(service.app.runtime), mails()]).toEqual([202, 1, []]);
  });
});

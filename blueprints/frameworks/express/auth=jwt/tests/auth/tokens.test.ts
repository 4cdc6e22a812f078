/** Access tokens: what is refused. */

import { decodeJwt, type JWTPayload, SignJWT, UnsecuredJWT } from "jose";
import { v4 as uuid4 } from "uuid";
import { expect } from "vitest";
import { newSecret, readAccessToken } from "../../src/auth/tokens.ts";
import type { Settings } from "../../src/settings.ts";
import { test as plain } from "../fixtures.ts";
import { type Answer, type Client, errorIn } from "../http.ts";

const NOW = Math.floor(Date.now() / 1000);
const HOUR = 3600;

const test = plain.extend("token", async ({ logIn }) => {
  const person = await logIn("user");
  return String(person.headers["Authorization"]).slice("Bearer ".length);
});

function sign(
  claims: JWTPayload,
  { JWT_SECRET: secret }: Settings,
  alg = "HS256",
): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg, typ: "JWT" }).sign(secret);
}

function readMe(client: Client, token: string): Promise<Answer> {
  return client.get("/auth/me", { Authorization: `Bearer ${token}` });
}

/** The code of a 401. */
function refusal(answer: Answer): string {
  expect(answer.header("WWW-Authenticate")).toMatch(/^Bearer/);
  return errorIn(answer, 401).code;
}

test.for<[name: string, change: JWTPayload]>([
  ...["iss", "aud", "sub", "sid", "exp", "iat", "jti", "typ"].map((name): [string, JWTPayload] => [
    `no ${name}`,
    { [name]: undefined },
  ]),
  ["another issuer", { iss: "other" }],
  ["another audience", { aud: "other" }],
  ["another kind", { typ: "refresh" }],
  ["a subject that is no id", { sub: "me" }],
  ["an unknown user", { sub: uuid4() }],
  ["an unknown session", { sid: uuid4() }],
  ["a session that is a number", { sid: 7 }],
  ["a beginning to come", { nbf: NOW + HOUR }],
  ["an issue to come", { iat: NOW + HOUR }],
])("%s is refused", async ([, change], { nobody, service, token }) => {
  const { settings } = service.app.runtime;
  const claims = decodeJwt(token);
  expect((await readMe(nobody, await sign(claims, settings))).status).toBe(200);
  const changed = await sign({ ...claims, ...change }, settings);
  expect(refusal(await readMe(nobody, changed))).toBe("UNAUTHORIZED");
});

test("what is no id never reaches the database", async ({ service, token }) => {
  const { settings } = service.app.runtime;
  const claims = decodeJwt(token);
  for (const change of [{ sub: "me" }, { sid: "7" }]) {
    const changed = await sign({ ...claims, ...change }, settings);
    await expect(readAccessToken(changed, settings)).rejects.toMatchObject({ status: 401 });
  }
});

test("secrets for people have 256 random bits", () => {
  const tokens = Array.from({ length: 50 }, () => newSecret()[0]);
  expect(new Set(tokens).size).toBe(50);
  expect(tokens.map((it) => Buffer.from(it, "base64url").length)).toEqual(tokens.map(() => 32));
});

test("a token lives as long as the settings say", ({ service, token }) => {
  const { exp = 0, iat = 0 } = decodeJwt(token);
  expect(exp - iat).toBe(service.app.runtime.settings.ACCESS_TOKEN_SECONDS);
});

test("an old token says that it is old", async ({ nobody, service, token }) => {
  const claims = { ...decodeJwt(token), exp: NOW - HOUR };
  const old = await sign(claims, service.app.runtime.settings);
  expect(refusal(await readMe(nobody, old))).toBe("TOKEN_EXPIRED");
});

test("other signatures are refused", async ({ nobody, service, token }) => {
  const claims = decodeJwt(token);
  const { settings } = service.app.runtime;
  const [head, body, signature = ""] = token.split(".");
  const otherSecret = new TextEncoder().encode("another-secret-another-secret-another");
  const forged = [
    new UnsecuredJWT(claims).encode(),
    await sign(claims, settings, "HS512"),
    await new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).sign(otherSecret),
    `${head}.${body}.`,
    `${head}.${body}.${[...signature].reverse().join("")}`,
    `${head}.${body}`,
    "x",
    "é",
  ];
  for (const attempt of forged) {
    expect(refusal(await readMe(nobody, attempt)), attempt).toBe("UNAUTHORIZED");
  }
});

test.for(["Bearer", "Bearer ", "Basic YTpi", "x", "Token abc"])(
  "%j is refused, also on public routes",
  async (header, { nobody }) => {
    const headers = { Authorization: header };
    expect(refusal(await nobody.get("/auth/me", headers))).toBe("UNAUTHORIZED");
    expect(refusal(await nobody.post("/auth/logout", {}, headers))).toBe("UNAUTHORIZED");
  },
);

test("a right token needs its scheme", async ({ nobody, token }) => {
  const ask = (scheme: string): Promise<Answer> =>
    nobody.get("/auth/me", { Authorization: `${scheme} ${token}` });
  expect((await ask("bearer")).status).toBe(200);
  expect((await ask("Token")).status).toBe(401);
});

test("no token is asked for one", async ({ nobody }) => {
  const answer = await nobody.get("/auth/me");
  expect([answer.status, answer.header("WWW-Authenticate")]).toEqual([401, "Bearer"]);
});

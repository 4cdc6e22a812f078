/** Accounts over HTTP. */

import type { Request, RequestHandler, Response } from "express";
import { sendJson, sendNothing } from "../core/answers.ts";
import type { Body } from "../core/bodies.ts";
import { callOf, runtimeOf, submitted } from "../core/call.ts";
import { forbidden, unauthorized } from "../core/errors.ts";
import { jsonBody } from "../core/json-body.ts";
import { Query } from "../core/query.ts";
import { strictRouter } from "../core/routing.ts";
import { REGISTRATION_OPEN } from "../users/roles.ts";
import { sendNewUser } from "../users/router.ts";
import { READ_ONLY } from "../users/schemas.ts";
import * as users from "../users/service.ts";
import * as schemas from "./schemas.ts";
import * as service from "./service.ts";
import { endSession, rotate } from "./sessions.ts";
import type { AccessClaims } from "./tokens.ts";

export const router = strictRouter();

/** What was sent; 400 with all faults of the query and the body. */
function accepted<V>(request: Request, response: Response, body: Body<V>): V {
  const query = new Query(callOf(request, response).query);
  return submitted(request, body).accept(query, READ_ONLY);
}

/** The caller, who must be logged in: 401 otherwise. */
function loggedIn(request: Request, response: Response): AccessClaims {
  const { userId, sessionId } = callOf(request, response).caller;
  if (userId === null || sessionId === null) {
    throw unauthorized();
  }
  return { userId, sessionId };
}

/** Refuse accounts that people make themselves, where only an admin makes them. */
const requireOpen: RequestHandler = (_request, _response, next) => {
  if (!REGISTRATION_OPEN) {
    throw forbidden("Registration is closed.");
  }
  next();
};

router.post("/auth/register", requireOpen, jsonBody, register);

async function register(request: Request, response: Response): Promise<void> {
  const body = accepted(request, response, schemas.registration);
  sendNewUser(response, await service.register(runtimeOf(request), body));
}

router.post("/auth/login", jsonBody, login);

async function login(request: Request, response: Response): Promise<void> {
  const { email, password } = accepted(request, response, schemas.login);
  const tokens = await service.login(runtimeOf(request), email, password);
  sendJson(response, schemas.pairBody(tokens));
}

router.post("/auth/refresh", jsonBody, refresh);

async function refresh(request: Request, response: Response): Promise<void> {
  const { refreshToken } = accepted(request, response, schemas.refresh);
  sendJson(response, schemas.pairBody(await rotate(runtimeOf(request), refreshToken)));
}

router.post("/auth/logout", jsonBody, logout);

async function logout(request: Request, response: Response): Promise<void> {
  const { refreshToken } = accepted(request, response, schemas.refresh);
  await endSession(runtimeOf(request), refreshToken);
  sendNothing(response);
}

router.get("/auth/me", readMe);

async function readMe(request: Request, response: Response): Promise<void> {
  const { userId } = loggedIn(request, response);
  const { database, query } = callOf(request, response);
  new Query(query).requireValid();
  sendJson(response, users.userBody(await users.read(database, userId)));
}

router.post("/auth/change-password", jsonBody, changePassword);

async function changePassword(request: Request, response: Response): Promise<void> {
  const session = loggedIn(request, response);
  const { currentPassword, newPassword } = accepted(request, response, schemas.passwordChange);
  await service.changePassword(runtimeOf(request), session, currentPassword, newPassword);
  sendNothing(response);
}

router.post("/auth/password-reset", jsonBody, requestReset);

async function requestReset(request: Request, response: Response): Promise<void> {
  const { email } = accepted(request, response, schemas.resetRequest);
  await service.requestReset(runtimeOf(request), email);
  response.status(202).set("Content-Length", "0").end();
}

router.post("/auth/password-reset/confirm", jsonBody, confirmReset);

async function confirmReset(request: Request, response: Response): Promise<void> {
  const { token, newPassword } = accepted(request, response, schemas.resetConfirmation);
  await service.confirmReset(runtimeOf(request), token, newPassword);
  sendNothing(response);
}

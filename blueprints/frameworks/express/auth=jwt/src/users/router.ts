/** Users over HTTP, for admins. */

import type { Request, RequestHandler, Response } from "express";
import { requireAdmin } from "../core/access.ts";
import { sendJson } from "../core/answers.ts";
import { callOf, parameter, submitted } from "../core/call.ts";
import { jsonBody } from "../core/json-body.ts";
import { Query } from "../core/query.ts";
import { rowId } from "../core/reading.ts";
import { strictRouter } from "../core/routing.ts";
import { BASE_PATH } from "../project.ts";
import * as schemas from "./schemas.ts";
import * as service from "./service.ts";

export const router = strictRouter();

/** Let only admins pass: 401 for nobody, 403 for anybody else. */
const admins: RequestHandler = (request, response, next) => {
  requireAdmin(callOf(request, response).caller);
  next();
};

/** 201 with a new user and his place. */
export function sendNewUser(response: Response, user: schemas.User): void {
  response.set("Location", `${BASE_PATH}/users/${user.id}`);
  sendJson(response, service.userBody(user), 201);
}

router.get("/users", admins, list);

async function list(request: Request, response: Response): Promise<void> {
  const { database, query } = callOf(request, response);
  sendJson(response, await service.list(database, new Query(query)));
}

router.post("/users", admins, jsonBody, create);

async function create(request: Request, response: Response): Promise<void> {
  const { database, query } = callOf(request, response);
  const body = submitted(request, schemas.create).accept(new Query(query), schemas.READ_ONLY);
  sendNewUser(response, await service.create(database, body));
}

router.get("/users/:id", admins, read);

async function read(request: Request, response: Response): Promise<void> {
  const { database, query } = callOf(request, response);
  const user = await service.read(database, rowId(parameter(request, "id")));
  new Query(query).requireValid();
  sendJson(response, service.userBody(user));
}

router.patch("/users/:id", admins, jsonBody, update);

async function update(request: Request, response: Response): Promise<void> {
  const { database, query } = callOf(request, response);
  // Whether there is such a user comes before what is said about him.
  const { id } = await service.read(database, rowId(parameter(request, "id")));
  const changes = submitted(request, schemas.patch).accept(new Query(query), schemas.READ_ONLY);
  sendJson(response, service.userBody(await service.update(database, id, changes)));
}

/** Suppliers over HTTP. */

import type { Request, Response } from "express";
import { sendCreated, sendJson, sendNothing, sendRow } from "../core/answers.ts";
import { callOf, parameter, submitted } from "../core/call.ts";
import { jsonBody } from "../core/json-body.ts";
import { strictRouter } from "../core/routing.ts";
import * as schemas from "./schemas.ts";
import * as service from "./service.ts";

export const router = strictRouter();

router.get("/suppliers", list);

async function list(request: Request, response: Response): Promise<void> {
  sendJson(response, await service.list(callOf(request, response)));
}

router.get("/suppliers/:id", read);

async function read(request: Request, response: Response): Promise<void> {
  const [call, id] = [callOf(request, response), parameter(request, "id")];
  sendRow(request, response, await service.read(call, id));
}

router.post("/suppliers", jsonBody, create);

async function create(request: Request, response: Response): Promise<void> {
  const values = submitted(request, schemas.create);
  const body = await service.create(callOf(request, response), values);
  sendCreated(response, body, "suppliers");
}

router.put("/suppliers/:id", jsonBody, replace);

async function replace(request: Request, response: Response): Promise<void> {
  const [call, id] = [callOf(request, response), parameter(request, "id")];
  const body = await service.update(call, id, submitted(request, schemas.replace));
  sendRow(request, response, { body });
}

router.patch("/suppliers/:id", jsonBody, update);

async function update(request: Request, response: Response): Promise<void> {
  const [call, id] = [callOf(request, response), parameter(request, "id")];
  const body = await service.update(call, id, submitted(request, schemas.patch));
  sendRow(request, response, { body });
}

router.delete("/suppliers/:id", remove);

async function remove(request: Request, response: Response): Promise<void> {
  await service.remove(callOf(request, response), parameter(request, "id"));
  sendNothing(response);
}

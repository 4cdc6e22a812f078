/** Products over HTTP. */

import type { Request, Response } from "express";
import { sendCreated, sendJson, sendNothing, sendRow } from "../core/answers.ts";
import { callOf, parameter, submitted } from "../core/call.ts";
import { jsonBody } from "../core/json-body.ts";
import { strictRouter } from "../core/routing.ts";
import * as schemas from "./schemas.ts";
import * as service from "./service.ts";

export const router = strictRouter();

router.get("/products", list);

async function list(request: Request, response: Response): Promise<void> {
  sendJson(response, await service.list(callOf(request, response)));
}

router.get("/products/:id", read);

async function read(request: Request, response: Response): Promise<void> {
  const [call, id] = [callOf(request, response), parameter(request, "id")];
  sendRow(request, response, await service.read(call, id));
}

router.post("/products", jsonBody, create);

async function create(request: Request, response: Response): Promise<void> {
  const values = submitted(request, schemas.create);
  const body = await service.create(callOf(request, response), values);
  sendCreated(response, body, "products");
}

router.put("/products/:id", jsonBody, replace);

async function replace(request: Request, response: Response): Promise<void> {
  const [call, id] = [callOf(request, response), parameter(request, "id")];
  const body = await service.update(call, id, submitted(request, schemas.replace));
  sendRow(request, response, { body });
}

router.patch("/products/:id", jsonBody, update);

async function update(request: Request, response: Response): Promise<void> {
  const [call, id] = [callOf(request, response), parameter(request, "id")];
  const body = await service.update(call, id, submitted(request, schemas.patch));
  sendRow(request, response, { body });
}

router.delete("/products/:id", remove);

async function remove(request: Request, response: Response): Promise<void> {
  await service.remove(callOf(request, response), parameter(request, "id"));
  sendNothing(response);
}

router.post("/products/:id/restore", restore);

async function restore(request: Request, response: Response): Promise<void> {
  const [call, id] = [callOf(request, response), parameter(request, "id")];
  sendRow(request, response, { body: await service.restore(call, id) });
}

router.get("/products/:id/audit", listAudit);

async function listAudit(request: Request, response: Response): Promise<void> {
  const [call, id] = [callOf(request, response), parameter(request, "id")];
  sendJson(response, await service.listAudit(call, id));
}

router.get("/suppliers/:id/products", listBySupplierId);

async function listBySupplierId(request: Request, response: Response): Promise<void> {
  const [call, id] = [callOf(request, response), parameter(request, "id")];
  sendJson(response, await service.listBySupplierId(call, id));
}

router.get("/products/:id/tags", listTags);

async function listTags(request: Request, response: Response): Promise<void> {
  const [call, id] = [callOf(request, response), parameter(request, "id")];
  sendJson(response, await service.listTags(call, id));
}

router.put("/products/:id/tags/:other", linkTag);

async function linkTag(request: Request, response: Response): Promise<void> {
  const [id, other] = [parameter(request, "id"), parameter(request, "other")];
  const call = callOf(request, response);
  await service.linkTag(call, id, other);
  sendNothing(response);
}

router.delete("/products/:id/tags/:other", unlinkTag);

async function unlinkTag(request: Request, response: Response): Promise<void> {
  const [id, other] = [parameter(request, "id"), parameter(request, "other")];
  const call = callOf(request, response);
  await service.unlinkTag(call, id, other);
  sendNothing(response);
}

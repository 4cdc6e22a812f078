/** Approvals over HTTP. */

import type { Request, Response } from "express";
import { sendJson } from "../core/answers.ts";
import { callOf, parameter, submitted } from "../core/call.ts";
import { jsonBody } from "../core/json-body.ts";
import { strictRouter } from "../core/routing.ts";
import type { Pending } from "./consent.ts";
import { approvalReject } from "./schemas.ts";
import * as service from "./service.ts";

export const router = strictRouter();

/** 202: the write waits for consent. */
export function sendPending(response: Response, { body }: Pending): void {
  sendJson(response, body, 202);
}

router.get("/approvals", list);

async function list(request: Request, response: Response): Promise<void> {
  sendJson(response, await service.list(callOf(request, response)));
}

router.get("/approvals/:id", read);

async function read(request: Request, response: Response): Promise<void> {
  const [call, id] = [callOf(request, response), parameter(request, "id")];
  sendJson(response, await service.read(call, id));
}

router.post("/approvals/:id/approve", approve);

async function approve(request: Request, response: Response): Promise<void> {
  const [call, id] = [callOf(request, response), parameter(request, "id")];
  sendJson(response, await service.approve(call, id));
}

router.post("/approvals/:id/reject", jsonBody, reject);

async function reject(request: Request, response: Response): Promise<void> {
  const [call, id] = [callOf(request, response), parameter(request, "id")];
  const body = submitted(request, approvalReject);
  sendJson(response, await service.reject(call, id, body));
}

/** The resources over HTTP, in a service of their own. */

import type { NextFunction, Request, Response, Router } from "express";
import { sendCreated, sendJson, sendNothing, sendRow } from "../../../src/core/answers.ts";
import { createBody, patchBody } from "../../../src/core/bodies.ts";
import { callOf, parameter, submitted } from "../../../src/core/call.ts";
import type { Caller } from "../../../src/core/caller.ts";
import { jsonBody } from "../../../src/core/json-body.ts";
import { auditing, reading } from "../../../src/core/reading.ts";
import { strictRouter } from "../../../src/core/routing.ts";
import { restoring, writing } from "../../../src/core/writing.ts";
import { folderFields, folders, notes } from "./resources.ts";

const create = createBody(folderFields);
const patch = patchBody(folderFields);

/** Routes to folders and notes, to which everybody is this caller. */
export function routerFor(caller: Caller): Router {
  const router = strictRouter();
  router.use((_request: Request, response: Response, next: NextFunction) => {
    response.locals["caller"] = caller;
    next();
  });
  router.get("/folders", async (request, response) => {
    const call = callOf(request, response);
    sendJson(response, await reading(call, folders, "list", (unit) => unit.page()));
  });
  router.get("/folders/:id", async (request, response) => {
    const [call, id] = [callOf(request, response), parameter(request, "id")];
    const answer = await reading(call, folders, "read", (unit) => unit.read(id));
    sendRow(request, response, answer);
  });
  router.post("/folders", jsonBody, async (request, response) => {
    const body = submitted(request, create);
    const row = await writing(callOf(request, response), folders, "create", async (unit) => {
      await unit.once(body);
      return await unit.keep(201, await unit.insert(await unit.accept(body)));
    });
    sendCreated(response, row, folders.path);
  });
  router.patch("/folders/:id", jsonBody, async (request, response) => {
    const [call, id] = [callOf(request, response), parameter(request, "id")];
    const changes = submitted(request, patch);
    const body = await writing(call, folders, "update", async (unit) => {
      const row = await unit.find(id, "update");
      return await unit.present(await unit.update(row, await unit.accept(changes, row)));
    });
    sendRow(request, response, { body });
  });
  router.delete("/folders/:id", async (request, response) => {
    const [call, id] = [callOf(request, response), parameter(request, "id")];
    await writing(call, folders, "delete", async (unit) => {
      await unit.delete(await unit.find(id, "delete"));
    });
    sendNothing(response);
  });
  router.post("/folders/:id/restore", async (request, response) => {
    const [call, id] = [callOf(request, response), parameter(request, "id")];
    const body = await restoring(call, folders, async (unit) =>
      unit.present(await unit.restore(id)),
    );
    sendRow(request, response, { body });
  });
  router.get("/folders/:id/audit", async (request, response) => {
    const [call, id] = [callOf(request, response), parameter(request, "id")];
    sendJson(response, await auditing(call, folders, (unit) => unit.audit(id)));
  });
  router.get("/folders/:id/notes", async (request, response) => {
    const [call, id] = [callOf(request, response), parameter(request, "id")];
    const page = await reading(call, notes, "list", (unit) => unit.pageOf("folderId", id));
    sendJson(response, page);
  });
  router.put("/notes/:id/tags/:tagId", async (request, response) => {
    const [call, id] = [callOf(request, response), parameter(request, "id")];
    const tag = parameter(request, "tagId");
    await writing(call, notes, "update", (unit) => unit.link(id, "tagIds", tag));
    sendNothing(response);
  });
  return router;
}

/** `test` with what tests may ask for: an empty database, the service, and people who use it. */

import type { Router } from "express";
import { test as plain } from "vitest";
import { makeCache } from "../src/core/cached.ts";
import { Database } from "../src/core/database.ts";
import { BASE_PATH } from "../src/project.ts";
import { logInAt } from "./callers.ts";
import { checkAnswer } from "./description.ts";
import { empty } from "./engine.ts";
import { makeFactory } from "./factories.ts";
import { type Client, clientAt } from "./http.ts";
import { ownKeys, removeKeys } from "./keys.ts";
import { makeSettings, type Service, serve, type Variables } from "./service.ts";
import { tablesOf } from "./tables.ts";

export const test = plain
  /** Start a service with other settings, or with other routers; it ends with the test. */
  // biome-ignore lint/correctness/noEmptyPattern: what a fixture asks for is read from its pattern
  .extend("start", async ({}, { onCleanup }) => {
    const started: Service[] = [];
    onCleanup(async () => {
      await Promise.all(started.map((service) => service.close()));
    });
    return async (variables: Variables = {}, routers?: readonly Router[]) => {
      const service = await serve(variables, routers);
      ownKeys(service.app.runtime.database);
      started.push(service);
      return { ...service, client: clientAt(service.url) };
    };
  })
  /** Open the database with other settings; it is closed with the test. */
  // biome-ignore lint/correctness/noEmptyPattern: what a fixture asks for is read from its pattern
  .extend("open", async ({}, { onCleanup }) => {
    const opened: Database[] = [];
    onCleanup(async () => {
      await Promise.all(opened.map((database) => database.close()));
    });
    return (variables: Variables = {}) => {
      const settings = makeSettings(variables);
      const database = new Database(settings, makeCache(settings));
      ownKeys(database);
      opened.push(database);
      return database;
    };
  })
  /** The one service that most tests share. */
  // biome-ignore lint/correctness/noEmptyPattern: what a fixture asks for is read from its pattern
  .extend("service", { scope: "worker" }, async ({}, { onCleanup }) => {
    const service = await serve();
    onCleanup(async () => {
      await removeKeys(service.app.runtime.database);
      await service.close();
    });
    return service;
  })
  .extend("tables", { scope: "worker" }, ({ service }) => tablesOf(service.app.runtime.database))
  /** The database of the service, without rows. */
  .extend("database", async ({ service, tables }) => {
    const { database } = service.app.runtime;
    await empty(database, tables);
    ownKeys(database);
    return database;
  })
  /** Somebody at the root of the service. */
  .extend("root", ({ service, database: _ }) => clientAt(service.url))
  /** Somebody unknown; paths begin behind the base path. */
  .extend("nobody", ({ service, database: _ }): Client => {
    return clientAt(`${service.url}${BASE_PATH}`, {}, checkAnswer);
  })
  /** Make somebody of a role who is logged in: `const alice = await logIn("user")`. */
  .extend("logIn", ({ service, database }) => {
    return logInAt(`${service.url}${BASE_PATH}`, database, checkAnswer);
  })
  /** An admin, who passes every check. */
  .extend("admin", async ({ logIn }) => await logIn("admin"))
  /** Makes rows. */
  .extend("factory", ({ admin, database, logIn }) => makeFactory(admin, database, logIn));

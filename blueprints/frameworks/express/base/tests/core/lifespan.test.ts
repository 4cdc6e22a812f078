/** Starting and stopping, inside the test process. */

import { expect } from "vitest";
import { configureLogging, log } from "../../src/core/logging.ts";
import { test } from "../fixtures.ts";
import { logged, loggedText } from "../logs.ts";

test("what runs beside the requests starts and stops", async ({ service, database }) => {
  const stop = service.app.runtime.work.start();
  await database.ping();
  await stop();
  expect(logged().filter((line) => line["level"] === "error")).toEqual([]);
});

test("secrets never reach the log", () => {
  const secrets = { password: "hunter2", accessToken: "hunter2", Authorization: "hunter2" };
  log.info({ ...secrets, n: 1 }, "hello");
  expect(loggedText()).not.toContain("hunter2");
  expect(logged("hello")).toMatchObject([{ n: 1, password: "***" }]);
});

test("what is not grave enough is left out", () => {
  configureLogging("warning");
  log.info("quiet");
  log.warn("loud");
  configureLogging("info");
  expect(logged().map(({ message, level }) => [message, level])).toEqual([["loud", "warning"]]);
});

/** What runs beside the requests of this service. */

import { expect, vi } from "vitest";
import { enqueueBare } from "../../src/background/jobs.ts";
import { JOBS } from "../../src/jobs/registry.ts";
import { UNREACHABLE_URL } from "../engine.ts";
import { test } from "../fixtures.ts";
import { jobsIn } from "../jobs.ts";
import { loggedText } from "../logs.ts";

test("the service runs its jobs itself", async ({ database, service }) => {
  const stop = service.app.runtime.work.start();
  const [cleanUp] = JOBS;
  if (cleanUp !== undefined) {
    await database.write(({ db }) => enqueueBare(db, cleanUp));
  }
  await expect.poll(() => jobsIn(database), { timeout: 5000 }).toEqual([]);
  await stop();
});

test("a database that is away stops nothing", async ({ start }) => {
  const { app } = await start({ DATABASE_URL: UNREACHABLE_URL });
  const stop = app.runtime.work.start();
  await vi.waitFor(() => expect(loggedText()).toContain('"level":"error"'));
  await stop();
});

/** The job that removes what nobody needs any more. */

import { expect, vi } from "vitest";
import { cleanUpWith } from "../../src/background/clean-up.ts";
import { enqueueBare } from "../../src/background/jobs.ts";
import { storage } from "../../src/core/driver.ts";
import { JOBS } from "../../src/jobs/registry.ts";
import { test } from "../fixtures.ts";
import { jobsIn, runDue } from "../jobs.ts";

const DAY_MS = 86_400_000;

test("old answers to repeated requests are forgotten", async ({ database, service }) => {
  const row = (id: string, age: number) => ({
    id,
    key: id,
    caller: "somebody",
    path: "x",
    body: "x",
    status: 200,
    answer: "{}",
    created_at: storage.moment.store(new Date(Date.now() - age)),
  });
  const [old, young] = [
    "01940000-0000-7000-8000-000000000001",
    "01940000-0000-7000-8000-000000000002",
  ];
  const rows = [row(old, 2 * DAY_MS), row(young, DAY_MS / 2)];
  await database.db.insertInto("idempotency_keys").values(rows).execute();
  const [cleanUp] = JOBS.filter(({ name }) => name === "clean_up");
  expect(cleanUp).toMatchObject({ queue: "low", schedule: "0 * * * *" });
  if (cleanUp !== undefined) {
    await database.write(({ db }) => enqueueBare(db, cleanUp));
  }
  expect(await runDue(service.app.runtime)).toBe(1);
  expect(await jobsIn(database)).toEqual([]);
  const left = await database.db.selectFrom("idempotency_keys").select("id").execute();
  expect(left.map(({ id }) => id)).toEqual([young]);
});

test("each chore is done", async ({ database, service }) => {
  const chore = vi.fn(async () => undefined);
  const job = cleanUpWith([chore, chore]);
  await database.write(({ db }) => enqueueBare(db, job));
  await runDue(service.app.runtime, [job]);
  expect(chore).toHaveBeenCalledTimes(2);
});

/** Jobs: kept until done, tried again, given up in the end. */

import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { afterEach, beforeEach, expect, vi } from "vitest";
import type { Database } from "../../src/core/database.ts";
import { storage } from "../../src/core/driver.ts";
import { sendMail } from "../../src/jobs/mail.ts";
import { enqueue, type JobArguments } from "../../src/jobs/queue.ts";
import { HANDLERS, PERIODIC } from "../../src/jobs/registry.ts";
import { runDue, startJobs } from "../../src/jobs/runner.ts";
import { test } from "../fixtures.ts";
import { logged } from "../logs.ts";
import { forgetMails, mails } from "../mails.ts";
import { makeSettings } from "../service.ts";

const NAME = "record";

beforeEach(forgetMails);
afterEach(() => {
  HANDLERS.delete(NAME);
});

/** A job that writes down its arguments, or fails as often as it is told. */
function record(failures = 0): JobArguments[] {
  const seen: JobArguments[] = [];
  HANDLERS.set(NAME, async (_database, _settings, jobArguments) => {
    seen.push(jobArguments);
    if (seen.length <= failures) {
      throw new RangeError("mail server went away");
    }
  });
  return seen;
}

function ask(database: Database, jobArguments: JobArguments = {}): Promise<void> {
  return database.write(({ db }) => enqueue(db, NAME, jobArguments));
}

function jobs({ db }: Database): Promise<Record<string, unknown>[]> {
  return db.selectFrom("jobs").selectAll().execute();
}

async function setRunAt({ db }: Database, time: number): Promise<void> {
  await db
    .updateTable("jobs")
    .set({ run_at: storage.moment.store(new Date(time)) })
    .execute();
}

test("a rolled-back write asks for nothing", async ({ database }) => {
  const failing = database.write(async ({ db }) => {
    await enqueue(db, NAME, { x: "1" });
    throw new RangeError("no");
  });
  await expect(failing).rejects.toThrow(RangeError);
  expect(await jobs(database)).toEqual([]);
});

test("a job runs once and is gone", async ({ database, service }) => {
  const seen = record();
  await ask(database, { x: "1" });
  const { runtime } = service.app;
  await Promise.all([runDue(runtime), runDue(runtime), runDue(runtime)]);
  expect(seen).toEqual([{ x: "1" }]);
  expect(await jobs(database)).toEqual([]);
});

test("a failing job is tried five times, then kept", async ({ database, service }) => {
  const seen = record(99);
  await ask(database);
  const pauses: number[] = [];
  for (let attempt = 0; attempt < 5; attempt++) {
    await setRunAt(database, Date.now());
    const before = Date.now();
    expect(await runDue(service.app.runtime)).toBe(1);
    const [job] = await jobs(database);
    pauses.push(storage.moment.load(job?.["run_at"]).getTime() - before);
  }
  for (const [attempt, pause] of pauses.entries()) {
    expect(pause).toBeGreaterThanOrEqual(1000 * 2 ** attempt);
    expect(pause).toBeLessThan(1500 * 2 ** attempt + 500);
  }
  await setRunAt(database, Date.now());
  expect(await runDue(service.app.runtime)).toBe(0);
  expect(await jobs(database)).toMatchObject([
    { status: "failed", attempts: 5, error: "RangeError: mail server went away" },
  ]);
  expect(seen).toHaveLength(5);
  expect(logged("job failed")).toHaveLength(5);
});

test("a job that nobody knows fails", async ({ database, service }) => {
  await ask(database);
  await runDue(service.app.runtime);
  expect(await jobs(database)).toMatchObject([{ error: "Error: there is no job record" }]);
});

test("a job that was lost with its process runs again", async ({ database, service }) => {
  const { runtime } = service.app;
  let asked = 0;
  HANDLERS.set(NAME, async () => {
    asked++;
    // As long as it runs, nobody else has it.
    expect(await runDue(runtime)).toBe(0);
    const [job] = await jobs(database);
    const lease = storage.moment.load(job?.["run_at"]).getTime() - Date.now();
    expect(lease).toBeGreaterThan(60_000);
    throw new RangeError("lost");
  });
  await ask(database);
  await runDue(runtime);
  const seen = record();
  await setRunAt(database, Date.now() - 1);
  expect(await runDue(runtime)).toBe(1);
  expect([asked, seen.length]).toEqual([1, 1]);
});

test("jobs run in the background until they are told to stop", async ({ database, service }) => {
  const seen = record();
  await ask(database, { before: "start" });
  const stop = startJobs(service.app.runtime);
  await vi.waitFor(() => expect(seen).toEqual([{ before: "start" }]), { timeout: 5000 });
  await vi.waitFor(async () => expect(await jobs(database)).toEqual([]));
  await stop();
  await ask(database, { after: "stop" });
  await sleep(700);
  expect(seen).toHaveLength(1);
});

test("the end waits for the job that runs", async ({ database, service }) => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let done = false;
  HANDLERS.set(NAME, async () => {
    resolve();
    await sleep(200);
    done = true;
  });
  await ask(database);
  const stop = startJobs(service.app.runtime);
  await promise;
  await stop();
  expect(done).toBe(true);
  expect(await jobs(database)).toEqual([]);
});

test("jobs outlive a table that cannot be used", async ({ database, service }) => {
  const seen = record();
  const tidied = vi.fn(async () => {
    throw new RangeError("no such table");
  });
  PERIODIC.push(tidied);
  const rename = (from: string, to: string): Promise<unknown> =>
    sql`ALTER TABLE ${sql.table(from)} RENAME TO ${sql.table(to)}`.execute(database.db);
  await rename("jobs", "jobs_away");
  const stop = startJobs(service.app.runtime);
  try {
    await vi.waitFor(() => expect(logged("cannot use the table of jobs")).not.toEqual([]));
    await vi.waitFor(() => expect(logged("cannot tidy up")).not.toEqual([]));
  } finally {
    await rename("jobs_away", "jobs");
  }
  await ask(database, { after: "trouble" });
  await vi.waitFor(() => expect(seen).toEqual([{ after: "trouble" }]), { timeout: 15_000 });
  await stop();
  PERIODIC.splice(PERIODIC.indexOf(tidied), 1);
});

test("a mail is a file that mail programs read", async () => {
  const settings = makeSettings();
  const link = `http://127.0.0.1:8000/reset-password?token=${"x".repeat(90)}`;
  await sendMail(settings, { to: "ada@example.com", subject: "Grüße", text: `Hello\n\n${link}\n` });
  const [mail] = mails();
  expect(mail).toMatchObject({ to: "ada@example.com", from: settings.MAIL_FROM });
  expect(mail?.text).toContain(link);
  const [, encoding, words = ""] = /^=\?UTF-8\?([QB])\?(.*)\?=$/i.exec(mail?.subject ?? "") ?? [];
  const bytes =
    encoding?.toUpperCase() === "B"
      ? Buffer.from(words, "base64")
      : Buffer.from(
          words
            .replaceAll("_", " ")
            .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) =>
              String.fromCharCode(Number.parseInt(hex, 16)),
            ),
          "latin1",
        );
  expect(bytes.toString()).toBe("Grüße");
});

/** Connections of the pool to a server that can close them, and locks that are held by others. */

import { sql } from "kysely";
import { expect, inject, vi } from "vitest";
import type { Database } from "../../src/core/database.ts";
import { CONNECTION, END } from "../engine.ts";
import { test } from "../fixtures.ts";
import { cards } from "./machinery/resources.ts";

const AWAY = { status: 503, code: "SERVICE_UNAVAILABLE" };

async function connection(database: Database): Promise<number> {
  const { rows } = await database.read((db) => CONNECTION.execute(db));
  return Number(rows[0]?.id);
}

test("a connection that the server has closed is replaced", async ({ open, database }) => {
  const own = open({ DATABASE_POOL_SIZE: "1" });
  const before = await connection(own);
  await END(before).execute(database.db);
  await vi.waitFor(async () => {
    expect(await connection(own)).not.toBe(before);
  });
});

test("a connection that is cut off in the middle is 503, and the next one works", async ({
  open,
  database,
}) => {
  const own = open({ DATABASE_POOL_SIZE: "1" });
  const cutOff = own.write(async ({ db }) => {
    const { rows } = await CONNECTION.execute(db);
    await END(Number(rows[0]?.id)).execute(database.db);
    await sql`SELECT 1`.execute(db);
  });
  await expect(cutOff).rejects.toMatchObject(AWAY);
  await own.ping();
  expect(own.inUse).toBe(0);
});

const ID = "01940000-0000-7000-8000-000000000001";

async function makeCards({ db }: Database): Promise<void> {
  const now = new Date();
  const rows = [1, 2].map((number) => ({
    id: `${ID.slice(0, -1)}${number}`,
    createdAt: now,
    updatedAt: now,
    version: 1,
    number,
    folderId: null,
  }));
  await db
    .insertInto(cards.table)
    .values(rows.map((row) => cards.store(row)))
    .execute();
}

test("a row that stays locked is 503", async ({ open, database }) => {
  await makeCards(database);
  const own = open({ DATABASE_TIMEOUT_MS: "1000" });
  const change = (): Promise<unknown> =>
    own.write(({ db }) => db.updateTable(cards.table).set({ version: 2 }).execute());
  await database.write(async ({ db }) => {
    await db.updateTable(cards.table).set({ version: 3 }).execute();
    await expect(change()).rejects.toMatchObject(AWAY);
  });
  await change();
});

test("a statement that takes too long is 503", async ({ open }) => {
  const own = open({ DATABASE_TIMEOUT_MS: "200" });
  const slow = sql`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900)
    SELECT count(*) FROM n AS a, n AS b, n AS c WHERE a.i + b.i + c.i > 3`;
  await expect(own.read((db) => slow.execute(db))).rejects.toMatchObject(AWAY);
  await own.ping();
});

test("two transactions that wait for each other both get what they want", async ({ database }) => {
  await makeCards(database);
  const meeting = Promise.withResolvers<void>();
  let [attempts, holding] = [0, 0];
  const change = (...numbers: number[]): Promise<void> =>
    database.write(async ({ db }) => {
      attempts++;
      for (const number of numbers) {
        const raise = db.updateTable(cards.table).set((eb) => ({
          version: eb("version", "+", eb.lit(1)),
        }));
        await raise.where("number", "=", number).execute();
        if (number === numbers[0] && attempts <= 2) {
          // Both have their first row before either wants the other's.
          holding++;
          if (holding === 2) {
            meeting.resolve();
          }
          await meeting.promise;
        }
      }
    });
  await Promise.all([change(1, 2), change(2, 1)]);
  expect(attempts).toBe(3);
  const rows = await database.db.selectFrom(cards.table).select("version").execute();
  expect(rows.map((row) => Number(row["version"]))).toEqual([3, 3]);
});

test.for(["disable", "prefer"])("sslmode=%s needs no encryption", async (mode, { open }) => {
  const url = new URL(inject("databaseUrl"));
  url.searchParams.set("sslmode", mode);
  const own = open({ DATABASE_URL: url.href, DATABASE_POOL_SIZE: "2" });
  await Promise.all([own.ping(), own.ping(), own.ping(), own.ping()]);
});

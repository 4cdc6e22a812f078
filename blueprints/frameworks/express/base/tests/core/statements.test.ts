/** The log of slow queries. */

import { sql } from "kysely";
import { expect } from "vitest";
import type { Database } from "../../src/core/database.ts";
import { strictRouter } from "../../src/core/routing.ts";
import { BASE_PATH } from "../../src/project.ts";
import { test } from "../fixtures.ts";
import { logged } from "../logs.ts";

/** Count up to a million, on every database. */
async function slowly(database: Database, value: string): Promise<void> {
  const slow = sql`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150)
    SELECT count(*) FROM n AS a, n AS b, n AS c WHERE a.i + b.i + c.i > 3 AND 'personal' <> ${value}`;
  await database.read((db) => slow.execute(db));
}

test("a slow query is one line without values", async ({ start }) => {
  const router = strictRouter();
  const { app, client } = await start({ SLOW_QUERY_MS: "20", DATABASE_TIMEOUT_MS: "30000" }, [
    router,
  ]);
  const { database } = app.runtime;
  router.get("/slow/:name", async (request, response) => {
    await database.ping();
    await slowly(database, request.params.name);
    response.end();
  });
  app.routes.add(BASE_PATH, router);
  await client.get(`${BASE_PATH}/slow/olga`, { "X-Request-Id": "slow-one" });
  // On a busy machine others are slow, too.
  const lines = logged("slow query").filter(({ sql }) => String(sql).startsWith("WITH RECURSIVE"));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({
    requestId: "slow-one",
    route: `${BASE_PATH}/slow/{name}`,
  });
  expect(lines[0]?.["durationMs"]).toBeGreaterThanOrEqual(20);
  expect(JSON.stringify(lines)).not.toContain("olga");
  expect(database.slow).toBe(logged("slow query").length);
});

test("zero watches nothing", async ({ open }) => {
  const database = open({ SLOW_QUERY_MS: "0", DATABASE_TIMEOUT_MS: "30000" });
  await slowly(database, "x");
  expect([database.slow, logged("slow query")]).toEqual([0, []]);
});

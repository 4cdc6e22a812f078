/** What is kept is what the database would answer, whoever writes and whoever asks. */

import { setTimeout as sleep } from "node:timers/promises";
import { expect, vi } from "vitest";
import { END, script } from "../../src/cache/scripts.ts";
import type { Database, Session } from "../../src/core/database.ts";
import type { JsonObject } from "../../src/core/fields.ts";
import { jsonName } from "../../src/core/naming.ts";
import { reading } from "../../src/core/reading.ts";
import type { AnyRepository } from "../../src/core/repository.ts";
import { BASE_PATH } from "../../src/project.ts";
import { Desk, person, refused } from "../core/machinery/desk.ts";
import { cards, folders, notes, tags } from "../core/machinery/resources.ts";
import { routerFor } from "../core/machinery/service.ts";
import { clientAt, type Row, rowIn } from "../http.ts";
import { cacheOf } from "../keys.ts";
import { outcomes, test } from "./fixtures.ts";

const [FOLDER_ID, TAG_IDS] = [jsonName("folder_id"), jsonName("tag_ids")];

/** Change a folder as somebody does who knows of no cache. */
async function changeUnseen({ db }: Database, id: string, name: string): Promise<void> {
  await db.updateTable(folders.table).set({ name }).where("id", "=", id).execute();
}

function rename({ db }: Session): Promise<unknown> {
  return db.updateTable(folders.table).set({ name: "b" }).execute();
}

test("a row and a first page are kept", async ({ other, world }) => {
  const made = await other.create(folders, { name: "a" });
  const first = [await other.read(folders, made.id), await other.page(folders)];
  await changeUnseen(world, made.id, "b");
  expect([await other.read(folders, made.id), await other.page(folders)]).toEqual(first);
  expect(await outcomes(other.database)).toEqual({ miss: 2, hit: 2 });
});

test("other pages are read anew", async ({ user, open }) => {
  const own = new Desk(open(), user.caller);
  await own.create(folders, { name: "a" });
  for (const query of ["offset=1", "name=a", "expand=tag"]) {
    await own.page(folders, query);
    await own.page(folders, query);
  }
  expect(await outcomes(own.database)).toEqual({});
  for (const query of ["limit=1", "sort=name"]) {
    expect((await own.page(folders, query)).items).toHaveLength(1);
  }
  expect(await outcomes(own.database)).toEqual({ miss: 2 });
});

test("false, zero and nothing are kept", async ({ user, other }) => {
  const folder = await user.create(folders, { name: "a" });
  const values = { text: "", stars: 0, price: 0, done: false, [FOLDER_ID]: folder.id };
  const note = await user.create(notes, values);
  const empty = await other.page(cards);
  for (let time = 0; time < 2; time++) {
    expect(await other.read(notes, note.id)).toEqual(note);
    expect(await other.page(cards)).toEqual(empty);
  }
  expect(await outcomes(other.database)).toEqual({ miss: 2, hit: 3 });
});

test("every type comes back as it went", async ({ other }) => {
  const data = { a: [1.5, 1e22, 7, null] };
  const folder = await other.create(folders, { name: "é😀", data });
  const tag = await other.create(tags, { name: "t" });
  const note = await other.create(notes, {
    text: ' \u2028"\\',
    stars: -5,
    price: "10.50",
    done: true,
    day: "2026-01-31",
    [FOLDER_ID]: folder.id,
    [TAG_IDS]: [tag.id],
  });
  for (let time = 0; time < 2; time++) {
    expect(await other.read(folders, folder.id)).toEqual(folder);
    expect(await other.read(notes, note.id)).toEqual(note);
    expect((await other.page(notes)).items).toEqual([note]);
  }
  expect(await outcomes(other.database)).toEqual({ miss: 3, hit: 3 });
});

test("answers are the same to the byte", async ({ world: _, start }) => {
  const { app, url } = await start({}, [routerFor(person("admin"))]);
  const http = clientAt(`${url}${BASE_PATH}`);
  const row = rowIn(await http.post("/folders", { name: "a" }), 201);
  for (const path of [`/folders/${row.id}`, "/folders", "/folders?limit=1"]) {
    const [first, second] = [await http.get(path), await http.get(path)];
    expect(second.text).toBe(first.text);
    for (const name of ["ETag", "Content-Type", "Content-Length", "Cache-Control"]) {
      expect(second.header(name), name).toBe(first.header(name));
    }
  }
  const again = await http.get(`/folders/${row.id}`, { "If-None-Match": '"1"' });
  expect([again.status, again.text]).toEqual([304, ""]);
  expect((await outcomes(app.runtime.database))["hit"]).toBe(4);
});

// --- access ---------------------------------------------------------------------------------

test("access is judged on a hit", async ({ world: _, open }) => {
  const database = open();
  const user = new Desk(database, person("user"));
  const made = await user.create(folders, { name: "a" });
  const [chief, other] = [new Desk(database, person("admin")), new Desk(database, person("user"))];
  const nobody = new Desk(database, { userId: null, role: null, sessionId: null });
  for (let time = 0; time < 2; time++) {
    expect(await user.read(folders, made.id)).toEqual(made);
    expect(await chief.read(folders, made.id)).toEqual(made);
    await refused(404, other.read(folders, made.id));
    await refused(401, nobody.read(folders, made.id));
  }
  expect((await outcomes(database))["miss"]).toBe(1);
});

test("a list of own rows is kept for each caller", async ({ world: _, open }) => {
  const database = open();
  const user = new Desk(database, person("user"));
  const made = await user.create(folders, { name: "a" });
  const [chief, other] = [new Desk(database, person("admin")), new Desk(database, person("user"))];
  for (let time = 0; time < 2; time++) {
    expect((await user.page(folders)).items).toEqual([made]);
    expect((await chief.page(folders)).items).toEqual([made]);
    expect((await other.page(folders)).items).toEqual([]);
  }
  expect(await outcomes(database)).toEqual({ miss: 3, hit: 3 });
});

test("private values are not in Redis", async ({ user, world }) => {
  const made = await user.create(folders, { name: "a", secret: "hunter2" });
  await user.read(folders, made.id);
  const { redis, prefix } = cacheOf(world);
  const find = script("return redis.call('KEYS', ARGV[1])");
  const keys = (await redis.run(find, [], [`${prefix}:cache:*row:${made.id}`])) as string[];
  expect(keys).toHaveLength(1);
  const kept = String(await redis.run(script("return redis.call('GET', KEYS[1])"), keys, []));
  expect(kept).toContain(made.id);
  expect(kept).not.toContain("hunter2");
});

// --- writes ---------------------------------------------------------------------------------

interface Seen {
  /** Nothing for a row that is not there. */
  readonly row: Row | undefined;
  readonly page: readonly Row[];
}

/** A row and the first page as somebody finds them. */
async function seen(desk: Desk, of: AnyRepository, id: string): Promise<Seen> {
  const { items } = await desk.page(of);
  const here = items.some((row) => row.id === id);
  return { row: here ? await desk.read(of, id) : undefined, page: items };
}

/** What a reader finds who has seen it before the write, and finds it kept afterwards. */
async function watched(
  reader: Desk,
  of: AnyRepository,
  id: string,
  write: () => Promise<unknown>,
): Promise<Seen> {
  await seen(reader, of, id);
  await seen(reader, of, id);
  await write();
  const found = await seen(reader, of, id);
  expect(await seen(reader, of, id)).toEqual(found);
  if (found.row === undefined) {
    await refused(404, reader.read(of, id));
  }
  return found;
}

test("each write of another process is seen at once", async ({ user, other }) => {
  const chief = new Desk(other.database, person("admin"));
  const { id } = await other.create(folders, { name: "a" });
  const added = await watched(user, folders, id, () => other.create(folders, { name: "b" }));
  expect(added.page).toHaveLength(2);
  const changed = await watched(user, folders, id, () => other.change(folders, id, { name: "c" }));
  expect(changed.row).toMatchObject({ name: "c", version: 2 });
  const gone = await watched(user, folders, id, () => other.delete(folders, id));
  expect(gone).toEqual({ row: undefined, page: changed.page.slice(1) });
  const back = await watched(user, folders, id, () => chief.restore(folders, id));
  expect(back.row?.version).toBe(4);
});

test("links, and what a deletion does to others, are seen", async ({ user, other }) => {
  const folder = await other.create(folders, { name: "a" });
  const here = { [FOLDER_ID]: folder.id };
  const x = (await other.create(tags, { name: "x" })).id;
  const y = (await other.create(tags, { name: "y" })).id;
  const { id } = await other.create(notes, { text: "n", ...here });
  const card = await other.create(cards, here);
  const steps: [work: () => Promise<unknown>, ids: string[]][] = [
    [() => other.link(notes, id, "tagIds", x), [x]],
    [() => other.link(notes, id, "tagIds", y), [x, y]],
    [() => other.unlink(notes, id, "tagIds", x), [y]],
    [() => other.delete(tags, y), []],
  ];
  for (const [work, ids] of steps) {
    expect((await watched(user, notes, id, work)).row?.[TAG_IDS]).toEqual(ids);
  }
  await seen(user, cards, card.id);
  const gone = await watched(user, notes, id, () => other.delete(folders, folder.id));
  expect(gone).toEqual({ row: undefined, page: [] });
  expect((await seen(user, cards, card.id)).row?.[FOLDER_ID]).toBeNull();
});

test("a write that is taken back leaves what was there", async ({ user, other }) => {
  const made = await user.create(folders, { name: "a" });
  await seen(user, folders, made.id);
  const failing = other.database.write(async (session) => {
    await rename(session);
    throw new RangeError("no");
  });
  await expect(failing).rejects.toThrow(RangeError);
  expect((await seen(user, folders, made.id)).row).toEqual(made);
});

// --- at the same time -----------------------------------------------------------------------

test("what was read before a write is not kept after it", async ({ user, other }) => {
  const made = await user.create(folders, { name: "a" });
  const old = await user.database.cache.row(folders, made.id, async () => {
    const answer = await reading(user.call(), folders, "read", async (unit) => {
      return await unit.present(await unit.obtain(made.id));
    });
    // The reader is slow, and another process quick.
    await other.change(folders, made.id, { name: "b" });
    return { answer, ownerId: user.caller.userId };
  });
  expect(old.answer["name"]).toBe("a");
  for (let time = 0; time < 2; time++) {
    expect((await user.read(folders, made.id))["name"]).toBe("b");
  }
});

test("nothing is kept or used while a commit runs", async ({ user, other, open }) => {
  const reader = new Desk(open(), user.caller);
  const made = await user.create(folders, { name: "a" });
  await reader.read(folders, made.id);
  const { database } = other;
  const announce = database.cache.announce.bind(database.cache);
  vi.spyOn(database.cache, "announce").mockImplementation((session, commit) =>
    announce(session, async () => {
      expect((await reader.read(folders, made.id))["name"]).toBe("a");
      expect(await outcomes(reader.database)).toEqual({ miss: 1, bypass: 1 });
      return await commit();
    }),
  );
  await database.write(rename);
  expect((await reader.read(folders, made.id))["name"]).toBe("b");
});

test("a process that dies after its commit leaves nothing old", async ({ user, other, open }) => {
  const reader = new Desk(open(), user.caller);
  const made = await user.create(folders, { name: "a" });
  await reader.read(folders, made.id);
  const dying = cacheOf(other.database);
  const run = dying.redis.run.bind(dying.redis);
  vi.spyOn(dying.redis, "run").mockImplementation(async (it, keys, values) =>
    it === END ? 1 : await run(it, keys, values),
  );
  dying.markMs = 300;
  await other.change(folders, made.id, { name: "b" });
  expect((await reader.read(folders, made.id))["name"]).toBe("b");
  expect(await outcomes(reader.database)).toEqual({ miss: 1, bypass: 1 });
  await sleep(350);
  for (let time = 0; time < 2; time++) {
    expect((await reader.read(folders, made.id))["name"]).toBe("b");
  }
  expect(await outcomes(reader.database)).toEqual({ miss: 2, bypass: 1, hit: 1 });
});

test("a commit that failed may have happened", async ({ user, other, open }) => {
  const reader = new Desk(open(), user.caller);
  const made = await user.create(folders, { name: "a" });
  await reader.read(folders, made.id);
  const { cache } = other.database;
  const announce = cache.announce.bind(cache);
  vi.spyOn(cache, "announce").mockImplementation((session) =>
    announce(session, () => Promise.reject(new RangeError("no"))),
  );
  await expect(other.database.write(rename)).rejects.toThrow(RangeError);
  await reader.read(folders, made.id);
  expect(await outcomes(reader.database)).toEqual({ miss: 1, bypass: 1 });
});

test("readers never go back while others write", async ({ user, other }) => {
  const { id } = await user.create(folders, { name: "a" });
  let written = 1;
  const write = async (): Promise<void> => {
    for (let number = 0; number < 30; number++) {
      written = (await other.change(folders, id, { name: String(number) })).version;
    }
  };
  const read = async (desk: Desk): Promise<void> => {
    while (written < 31) {
      const known = written;
      expect((await desk.read(folders, id)).version).toBeGreaterThanOrEqual(known);
      const [row] = (await desk.page(folders)).items;
      expect(row?.version).toBeGreaterThanOrEqual(known);
    }
  };
  await Promise.all([write(), read(user), read(other), read(user)]);
});

test("generations that Redis has lost begin anew", async ({ user, world }) => {
  const made = await user.create(folders, { name: "a" });
  await user.read(folders, made.id);
  await changeUnseen(world, made.id, "b");
  const { redis, prefix } = cacheOf(world);
  const forget = script("return redis.call('DEL', KEYS[1])");
  await redis.run(forget, [`${prefix}:cache:generations`], []);
  expect((await user.read(folders, made.id))["name"]).toBe("b");
});

test("a process begins with an empty cache", async ({ user, world, open }) => {
  const made: JsonObject & Row = await user.create(folders, { name: "a" });
  await user.read(folders, made.id);
  await changeUnseen(world, made.id, "b");
  const started = new Desk(open(), user.caller);
  expect((await started.read(folders, made.id))["name"]).toBe("b");
});

/** Profiles of requests. */

import { existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, vi } from "vitest";
import { test } from "../fixtures.ts";
import { makeSettings } from "../service.ts";

interface Profile {
  readonly nodes: readonly { readonly callFrame: { readonly functionName: string } }[];
}

test("each request leaves a profile", async ({ start }) => {
  const folder = join(mkdtempSync(join(inject("folder"), "profile-")), "profiles");
  const { client } = await start({ PROFILE_DIR: folder });
  const profiles = (): string[] => (existsSync(folder) ? readdirSync(folder).sort() : []);
  await client.get("/readyz?personal=1");
  await vi.waitFor(() => expect(profiles()).toHaveLength(1));
  await client.get("/nope");
  await vi.waitFor(() => expect(profiles()).toHaveLength(2));
  const names = profiles().map((name) => name.replace(/^\d{5}ms-/, ""));
  expect(names.sort()).toEqual(["GET-none-2.cpuprofile", "GET-readyz-1.cpuprofile"]);
  await vi.waitFor(() => {
    const contents = profiles().map((name) => readFileSync(join(folder, name), "utf8"));
    const found = contents.map((text) => JSON.parse(text) as Profile);
    expect(found.every(({ nodes }) => nodes.length > 1)).toBe(true);
  });
});

test("production refuses it", () => {
  const make = () => makeSettings({ APP_ENV: "production", PROFILE_DIR: "profiles" });
  expect(make).toThrow("PROFILE_DIR");
});

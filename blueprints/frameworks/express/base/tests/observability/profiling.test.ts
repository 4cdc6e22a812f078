/** Profiles of requests, in a process of its own: this one's profiler measures what the tests cover. */

import { existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, test, vi } from "vitest";
import { running, statusOf } from "../process.ts";
import { makeSettings } from "../service.ts";

interface Profile {
  readonly nodes: readonly { readonly callFrame: { readonly functionName: string } }[];
}

test("each request leaves a profile", { timeout: 60_000 }, async () => {
  const folder = join(mkdtempSync(join(inject("folder"), "profile-")), "profiles");
  const service = await running({ PROFILE_DIR: folder });
  const profiles = (): string[] => (existsSync(folder) ? readdirSync(folder).sort() : []);
  const named = (end: string): string | undefined =>
    profiles().find((name) => /^\d{5}ms-/.test(name) && name.replace(/^\d+ms-/, "").match(end));
  await vi.waitFor(() => expect(named("^GET-healthz-[0-9]+.cpuprofile$")).toBeDefined());
  await fetch(`${service.url}/readyz?personal=1`);
  await vi.waitFor(() => expect(named("^GET-readyz-[0-9]+.cpuprofile$")).toBeDefined());
  await fetch(`${service.url}/nope/personal`);
  await vi.waitFor(() => expect(named("^GET-none-[0-9]+.cpuprofile$")).toBeDefined());
  expect(profiles().join()).not.toContain("personal");
  await vi.waitFor(() => {
    const contents = profiles().map((name) => readFileSync(join(folder, name), "utf8"));
    const found = contents.map((text) => JSON.parse(text) as Profile);
    expect(found.every(({ nodes }) => nodes.length > 1)).toBe(true);
  });
  service.process.kill("SIGTERM");
  expect(await statusOf(service)).toBe(0);
});

test("production refuses it", () => {
  const make = () => makeSettings({ APP_ENV: "production", PROFILE_DIR: "profiles" });
  expect(make).toThrow("PROFILE_DIR");
});

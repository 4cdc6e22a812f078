/** The layers: router, service, repository, schemas; nothing imports upwards. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";

const SOURCE = join(import.meta.dirname, "../../src");
const HEIGHTS: Readonly<Record<string, number>> = {
  schemas: 0,
  rules: 1,
  repository: 2,
  commands: 3,
  service: 4,
  router: 5,
};
const PARTS = readdirSync(SOURCE).filter((name) => existsSync(join(SOURCE, name, "router.ts")));

/** What a file imports of the parts with layers, each as `part/layer`. */
function imported(file: string): string[] {
  const text = readFileSync(file, "utf8");
  const paths = [...text.matchAll(/(?:from|import)\s*\(?"(\.[^"]+)\.ts"/g)];
  return paths
    .map(([, path]) => relative(SOURCE, join(dirname(file), path ?? "")))
    .filter((path) => PARTS.includes(path.split("/")[0] ?? ""));
}

test("there are parts", () => {
  expect(PARTS.length).toBeGreaterThan(0);
});

test.for(PARTS)("%s: nothing imports upwards", (part) => {
  for (const [layer, height] of Object.entries(HEIGHTS)) {
    const file = join(SOURCE, part, `${layer}.ts`);
    const own = existsSync(file) ? imported(file) : [];
    const above = own.filter((path) => {
      const [other = "", name = ""] = path.split("/");
      return other === part && (HEIGHTS[name] ?? 0) > height;
    });
    expect(above, file).toEqual([]);
  }
});

test("the core knows no resource", () => {
  const files = readdirSync(join(SOURCE, "core")).filter((name) => name.endsWith(".ts"));
  const known = files.flatMap((name) => imported(join(SOURCE, "core", name)));
  expect(known.filter((path) => !/^(auth|users)\//.test(path))).toEqual([]);
});

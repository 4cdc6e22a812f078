/** What `/metrics` tells. */

import { expect } from "vitest";
import type { Client } from "../http.ts";
import { METRICS_TOKEN } from "../service.ts";

export const BEARER = { Authorization: `Bearer ${METRICS_TOKEN}` };

/** Every sample by its name and labels, which are sorted: `name{label="value"}`. */
export async function samplesOf(root: Client): Promise<Map<string, number>> {
  const answer = await root.get("/metrics", BEARER);
  expect(answer.status, answer.text).toBe(200);
  expect(answer.header("Content-Type")).toMatch(/^text\/plain; version=/);
  const lines = answer.text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map(sampleOf));
}

function sampleOf(line: string): readonly [name: string, value: number] {
  const [, name = "", labels, value] = /^([a-z0-9_]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  expect(name, line).not.toBe("");
  const sorted = (labels?.match(/[a-z]+="[^"]*"/g) ?? []).sort().join(",");
  return [sorted === "" ? name : `${name}{${sorted}}`, Number(value)];
}

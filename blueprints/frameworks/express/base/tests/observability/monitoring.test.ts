/** Alert rules and dashboard: every query asks for metrics that the service has. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { NAME } from "../../src/project.ts";
import { test } from "../fixtures.ts";
import { BEARER } from "./samples.ts";
import { workerMetrics } from "./worker-metrics.ts";

const FOLDER = join(import.meta.dirname, "../../monitoring");
// Prometheus makes this one itself.
const OWN = ["up"];

interface Dashboard {
  readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[];
}

/** The queries of the alert rules. */
function alertQueries(): string[] {
  const text = readFileSync(join(FOLDER, "alerts.yml"), "utf8");
  return [...text.matchAll(/^ +expr: (.*)$/gm)].map(
    ([, found = '""']) => JSON.parse(found) as string,
  );
}

/** The queries of the dashboard. */
function dashboardQueries(): string[] {
  const text = readFileSync(join(FOLDER, "grafana/dashboard.json"), "utf8");
  const { panels } = JSON.parse(text) as Dashboard;
  return panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
}

/** The names of the metrics in a query: what is no function, label, duration or keyword. */
function metricsOf(query: string): string[] {
  const bare = query.replaceAll(/\{[^}]*\}|\[[^\]]*\]|\b(by|without|on)\s*\([^)]*\)/g, "");
  const names = bare.match(/\b[a-z_][a-z0-9_]*\b(?!\s*\()/g) ?? [];
  return names.filter((name) => !["and", "or", "unless"].includes(name));
}

/** The names of the metrics that are described, also of those that have no sample yet. */
function described(text: string): string[] {
  return [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = "", kind]) =>
    kind === "histogram" ? ["bucket", "count", "sum"].map((part) => `${name}_${part}`) : [name],
  );
}

test("there are queries of both kinds", () => {
  expect(alertQueries()).not.toEqual([]);
  expect(dashboardQueries()).not.toEqual([]);
});

test.for([...new Set([...alertQueries(), ...dashboardQueries()])])(
  "%s",
  async (query, { root, service }) => {
    const text = (await root.get("/metrics", BEARER)).text + (await workerMetrics(service));
    const exported = described(text);
    expect(metricsOf(query)).not.toEqual([]);
    expect([...OWN, ...exported]).toEqual(expect.arrayContaining(metricsOf(query)));
    const jobs = [...query.matchAll(/job="([^"]*)"/g)].map(([, job]) => job);
    expect(jobs).toEqual(Array(query.split("{").length - 1).fill(NAME));
  },
);

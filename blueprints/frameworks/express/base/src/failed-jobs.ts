/** `make jobs-failed` and `make jobs-retry`: the jobs that were given up. */

import { JobTable } from "./background/job-table.ts";
import { makeCache } from "./core/cached.ts";
import { loadSettings } from "./core/config.ts";
import { Database } from "./core/database.ts";
import { settingsSchema } from "./settings.ts";

/** A line for each failed job, or for what was put back. */
export async function failedJobs(
  database: Database,
  command: string | undefined,
  ids: readonly string[] = [],
): Promise<string[]> {
  const table = new JobTable(database);
  if (command === "retry") {
    return [`jobs put back: ${await table.putBack(ids)}`];
  }
  const failed = await table.failed();
  const lines = failed.map(
    ({ id, name, attempts, error }) => `${id} ${name} attempts=${attempts} ${error}`,
  );
  return lines.length > 0 ? lines : ["no job has failed"];
}

if (import.meta.main) {
  const settings = loadSettings(settingsSchema);
  const database = new Database(settings, makeCache(settings));
  try {
    const [command, ...ids] = process.argv.slice(2);
    const lines = await failedJobs(database, command, ids);
    process.stdout.write(`${lines.join("\n")}\n`);
  } finally {
    await database.close();
  }
}

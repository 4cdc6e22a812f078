/** `make create-admin`: make the first admin, or promote the account of `ADMIN_EMAIL`. */

import { Submitted } from "./core/bodies.ts";
import { makeCache } from "./core/cached.ts";
import { loadSettings } from "./core/config.ts";
import { Database } from "./core/database.ts";
import { ApiError } from "./core/errors.ts";
import { settingsSchema } from "./settings.ts";
import { users } from "./users/reference.ts";
import * as schemas from "./users/schemas.ts";
import * as service from "./users/service.ts";

/** What was wrong, a line each. */
class Refused extends Error {}

/** Make or promote an admin and tell which; an account that exists keeps its password. */
export async function createAdmin(
  database: Database,
  email: string | undefined,
  password: string | undefined,
): Promise<string> {
  const body = { email, password, name: "Admin", role: "admin" };
  const sent = new Submitted(schemas.create, body);
  if (sent.values === undefined) {
    const faults = sent.named([]);
    const lines = faults.map(({ field, message }) => `ADMIN_${field.toUpperCase()}: ${message}`);
    throw new Refused(lines.join("\n"));
  }
  const { values } = sent;
  const known = await database.read((db) =>
    users.select(db).select("id").where("email", "=", values.email).executeTakeFirst(),
  );
  if (known !== undefined) {
    await service.update(database, String(known["id"]), { role: "admin", active: true });
    return `promoted: ${values.email}`;
  }
  await service.create(database, values);
  return `created: ${values.email}`;
}

/** Read the environment; end with status 1 and a message when it will not do. */
async function main(): Promise<void> {
  const settings = loadSettings(settingsSchema);
  const database = new Database(settings, makeCache(settings));
  try {
    const done = await createAdmin(database, settings.ADMIN_EMAIL, settings.ADMIN_PASSWORD);
    process.stdout.write(`admin ${done}\n`);
  } catch (error) {
    process.stderr.write(`${reason(error)}\n`);
    process.exitCode = 1;
  } finally {
    await database.close();
  }
}

function reason(error: unknown): string {
  if (error instanceof Refused) {
    return error.message;
  }
  if (error instanceof ApiError && error.status === 409) {
    // The examples that fill unique fields serve one account.
    return "admin: an example is taken; register the account, then run this to promote it";
  }
  throw error;
}

if (import.meta.main) {
  await main();
}

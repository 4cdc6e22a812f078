/** Tokens that set a new password, sent by mail. */

import { v7 as uuid7 } from "uuid";
import type { Connection, Database } from "../core/database.ts";
import { storage } from "../core/driver.ts";
import type { AuthSettings } from "./config.ts";
import { hashSecret, newSecret } from "./tokens.ts";

const TABLE = "password_resets";

/** A reset that was asked for, and whose password it sets. */
export interface Reset {
  readonly id: string;
  readonly userId: string;
}

/** Make the token for a reset mail; none when no active account has the address. */
export async function makeResetToken(
  database: Database,
  email: string,
  settings: AuthSettings,
): Promise<string | undefined> {
  const [token, hash] = newSecret();
  const now = Date.now();
  return await database.write(async ({ db }) => {
    const user = await db
      .selectFrom("users")
      .select("id")
      .where("email", "=", email)
      .where("active", "=", storage.boolean.store(true))
      .executeTakeFirst();
    if (user === undefined) {
      return undefined;
    }
    const reset = {
      id: uuid7(),
      user_id: user["id"],
      token_hash: hash,
      created_at: storage.moment.store(new Date(now)),
      expires_at: storage.moment.store(new Date(now + settings.RESET_TOKEN_SECONDS * 1000)),
      used_at: null,
    };
    await db.insertInto(TABLE).values(reset).execute();
    return token;
  });
}

/** The reset of a token that is neither used nor expired. */
export async function findReset(database: Database, token: string): Promise<Reset | undefined> {
  const found = await database.read((db) =>
    db
      .selectFrom(TABLE)
      .select(["id", "user_id"])
      .where("token_hash", "=", hashSecret(token))
      .where("used_at", "is", null)
      .where("expires_at", ">", storage.moment.store(new Date()))
      .executeTakeFirst(),
  );
  return found && { id: String(found["id"]), userId: String(found["user_id"]) };
}

/** Let no link that was mailed before set a password any more. */
export async function dropResets(db: Connection, userId: string): Promise<void> {
  await db
    .updateTable(TABLE)
    .set({ used_at: storage.moment.store(new Date()) })
    .where("user_id", "=", userId)
    .where("used_at", "is", null)
    .execute();
}

/** Use a reset up; false when somebody else was faster. */
export async function useReset(db: Connection, id: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable(TABLE)
    .set({ used_at: storage.moment.store(new Date()) })
    .where("id", "=", id)
    .where("used_at", "is", null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

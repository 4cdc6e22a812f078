/** Removes what accounts leave behind: old tokens, ended sessions, forgotten failures. */

import type { Chore } from "../background/clean-up.ts";
import { storage } from "../core/driver.ts";

/** Delete rows that can no longer change an answer. */
export const forgetDeadCredentials: Chore = async ({ database, settings }) => {
  const now = Date.now();
  const before = (seconds: number): unknown => storage.moment.store(new Date(now - seconds * 1000));
  await database.write(async ({ db }) => {
    const forgotten = before(2 * settings.LOCKOUT_SECONDS);
    await db.deleteFrom("login_failures").where("at", "<", forgotten).execute();
    await db.deleteFrom("password_resets").where("expires_at", "<", before(0)).execute();
    await db.deleteFrom("refresh_tokens").where("expires_at", "<", before(0)).execute();
    // A session without any token left cannot be refreshed; its last access token is long dead.
    const idle = before(settings.ACCESS_TOKEN_SECONDS);
    const alive = db.selectFrom("refresh_tokens").select("session_id");
    await db
      .deleteFrom("sessions")
      .where("created_at", "<", idle)
      .where((eb) => eb.or([eb("id", "not in", alive), eb("revoked_at", "<", idle)]))
      .execute();
  });
};

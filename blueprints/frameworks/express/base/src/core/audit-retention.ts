/** How long audit entries stay. */

import type { Chore } from "../background/clean-up.ts";
import { AUDIT_TABLE, auditFields } from "./audit.ts";

const DAY_MS = 86_400_000;

/** Remove the entries that are too old; without a setting all of them stay. */
export const forgetOldEntries: Chore = async ({ database, settings }) => {
  const { AUDIT_RETENTION_DAYS: days } = settings;
  if (days !== undefined) {
    const oldest = auditFields.at.store(new Date(Date.now() - days * DAY_MS));
    await database.write(({ db }) => db.deleteFrom(AUDIT_TABLE).where("at", "<", oldest).execute());
  }
};

/** Settings of audit entries. */

import { positive } from "./config.ts";

export const auditVariables = {
  // Without it all entries stay.
  AUDIT_RETENTION_DAYS: positive.optional(),
};

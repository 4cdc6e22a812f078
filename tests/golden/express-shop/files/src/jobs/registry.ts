/** Every job of this service. */

import { forgetDeadCredentials } from "../auth/cleanup.ts";
import { sendResetMail, sendWelcomeMail } from "../auth/mails.ts";
import { type Chore, cleanUpWith } from "../background/clean-up.ts";
import type { AnyJob } from "../background/jobs.ts";
import { forgetOldEntries } from "../core/audit-retention.ts";

/** What is removed every hour. */
const CHORES: readonly Chore[] = [forgetDeadCredentials, forgetOldEntries];

export const JOBS: readonly AnyJob[] = [cleanUpWith(CHORES), sendWelcomeMail, sendResetMail];

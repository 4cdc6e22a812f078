/** Which function runs which job, and what is done every hour. */

import { cleanUp } from "../auth/cleanup.ts";
import {
  SEND_RESET_MAIL,
  SEND_WELCOME_MAIL,
  sendResetMail,
  sendWelcomeMail,
} from "../auth/mails.ts";
import type { Database } from "../core/database.ts";
import { forgetOldKeys } from "../core/idempotency.ts";
import type { Settings } from "../settings.ts";
import type { JobArguments } from "./queue.ts";

export type Handler = (
  database: Database,
  settings: Settings,
  jobArguments: JobArguments,
) => Promise<void>;

export type Chore = (database: Database, settings: Settings) => Promise<void>;

export const HANDLERS = new Map<string, Handler>([
  [SEND_RESET_MAIL, sendResetMail],
  [SEND_WELCOME_MAIL, sendWelcomeMail],
]);

export const PERIODIC: Chore[] = [
  cleanUp,
  (database, settings) => forgetOldKeys(database, settings.IDEMPOTENCY_SECONDS),
];

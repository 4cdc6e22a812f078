/** Mails about accounts, each a job. */

import type { Database } from "../core/database.ts";
import { sendMail } from "../jobs/mail.ts";
import type { JobArguments } from "../jobs/queue.ts";
import { TITLE } from "../project.ts";
import type { Settings } from "../settings.ts";
import { makeResetToken } from "./resets.ts";

export const SEND_WELCOME_MAIL = "send_welcome_mail";
export const SEND_RESET_MAIL = "send_reset_mail";

/** Greet a new user; arguments: `user_id`. */
export async function sendWelcomeMail(
  database: Database,
  settings: Settings,
  { user_id: id = "" }: JobArguments,
): Promise<void> {
  const user = await database.read((db) =>
    db.selectFrom("users").select(["email", "name"]).where("id", "=", id).executeTakeFirst(),
  );
  if (user !== undefined) {
    await sendMail(settings, {
      to: String(user["email"]),
      subject: `Welcome to ${TITLE}`,
      text: `Hello ${String(user["name"])},\n\nyour account at ${TITLE} is ready.\n`,
    });
  }
}

/**
 * Send a reset link, if the address has an account; arguments: `email`.
 *
 * The token is made here rather than by the request, so that it is nowhere kept in clear.
 */
export async function sendResetMail(
  database: Database,
  settings: Settings,
  { email = "" }: JobArguments,
): Promise<void> {
  const token = await makeResetToken(database, email, settings);
  if (token === undefined) {
    return;
  }
  const link = `${settings.PUBLIC_URL.replace(/\/+$/, "")}/reset-password?token=${token}`;
  const minutes = Math.floor(settings.RESET_TOKEN_SECONDS / 60);
  const lines = [
    `Somebody, hopefully you, asked for a new password at ${TITLE}.`,
    link,
    `The link works once, within ${minutes} minutes. If it was not you, do nothing.`,
  ];
  await sendMail(settings, {
    to: email,
    subject: `Your new password at ${TITLE}`,
    text: `${lines.join("\n\n")}\n`,
  });
}

/** Mails about accounts, each a job. */

import { Job } from "../background/jobs.ts";
import { createBody } from "../core/bodies.ts";
import * as field from "../core/fields.ts";
import { TITLE } from "../project.ts";
import { sendMail } from "./mail-transport.ts";
import { makeResetToken } from "./resets.ts";

/** Greet a new user. */
export const sendWelcomeMail = new Job({
  name: "send_welcome_mail",
  queue: "high",
  input: createBody({ userId: field.uuid({ column: "user_id" }) }),
  async run({ userId }, { database, settings }) {
    const user = await database.read((db) =>
      db.selectFrom("users").select(["email", "name"]).where("id", "=", userId).executeTakeFirst(),
    );
    if (user !== undefined) {
      await sendMail(settings, {
        to: String(user["email"]),
        subject: `Welcome to ${TITLE}`,
        text: `Hello ${String(user["name"])},\n\nyour account at ${TITLE} is ready.\n`,
      });
    }
  },
});

/**
 * Send a reset link, if the address has an account.
 *
 * The token is made here rather than by the request, so that it is nowhere kept in clear.
 */
export const sendResetMail = new Job({
  name: "send_reset_mail",
  queue: "high",
  input: createBody({ email: field.email({ column: "email" }) }),
  async run({ email }, { database, settings }) {
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
  },
});

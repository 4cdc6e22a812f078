/** Sends mails: by SMTP, or as `.eml` files for development and tests. */

import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTransport } from "nodemailer";
import MimeNode from "nodemailer/lib/mime-node";
import { v7 as uuid7 } from "uuid";
import type { MailSettings } from "./mail-config.ts";

const SMTP_MS = 30_000;

/** A plain text mail. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Send a mail; throws when it could not be handed over. */
export async function sendMail(settings: MailSettings, mail: Mail): Promise<void> {
  const { MAIL_TRANSPORT: transport, MAIL_FROM: from } = settings;
  if (transport.startsWith("file:")) {
    await keep(transport.replace(/^file:(\/\/)?/, ""), from, mail);
    return;
  }
  const sender = createTransport({
    url: transport,
    connectionTimeout: SMTP_MS,
    greetingTimeout: SMTP_MS,
    socketTimeout: SMTP_MS,
  });
  await sender.sendMail({ from, ...mail, disableFileAccess: true, disableUrlAccess: true });
}

/** Write a mail as a file. Long lines stay whole, so that a link can be read and copied as it is. */
async function keep(folder: string, from: string, { to, subject, text }: Mail): Promise<void> {
  const node = new MimeNode("text/plain; charset=utf-8");
  node.setHeader({ From: from, To: to, Subject: subject, "Content-Transfer-Encoding": "8bit" });
  const message = `${node.buildHeaders()}\r\n\r\n${text.replaceAll("\n", "\r\n")}`;
  await mkdir(folder, { recursive: true });
  const name = uuid7();
  // Written aside and renamed, so that nobody reads half a mail.
  const unfinished = join(folder, `.${name}`);
  await writeFile(unfinished, message);
  await rename(unfinished, join(folder, `${name}.eml`));
}

/** Settings of mails. */

import { z } from "zod";
import { NAME } from "../project.ts";

export const mailVariables = {
  // `file:<dir>` or `smtp://user:password@host:port` (`smtps://` for TLS).
  MAIL_TRANSPORT: z
    .string()
    .regex(/^(file:.|smtps?:\/\/[^/])/, "must be file:<dir> or smtp://host:port")
    .default("file:./mails"),
  MAIL_FROM: z.string().default(`${NAME}@localhost`),
  // Where people reach the service; links in mails begin with it.
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: "must be an address such as https://shop.example" })
    .default("http://127.0.0.1:8000"),
};

const mailSchema = z.object(mailVariables);
export type MailSettings = z.output<typeof mailSchema>;

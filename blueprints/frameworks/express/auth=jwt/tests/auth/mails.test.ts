/** Mails as files. */

import { beforeEach, expect, test } from "vitest";
import { sendMail } from "../../src/auth/mail-transport.ts";
import { forgetMails, mails } from "../mails.ts";
import { makeSettings } from "../service.ts";

beforeEach(forgetMails);

test("a mail is a file that mail programs read", async () => {
  const settings = makeSettings();
  const link = `http://127.0.0.1:8000/reset-password?token=${"x".repeat(90)}`;
  await sendMail(settings, { to: "ada@example.com", subject: "Grüße", text: `Hello\n\n${link}\n` });
  const [mail] = mails();
  expect(mail).toMatchObject({ to: "ada@example.com", from: settings.MAIL_FROM });
  expect(mail?.text).toContain(link);
  const [, encoding, words = ""] = /^=\?UTF-8\?([QB])\?(.*)\?=$/i.exec(mail?.subject ?? "") ?? [];
  const bytes =
    encoding?.toUpperCase() === "B"
      ? Buffer.from(words, "base64")
      : Buffer.from(
          words
            .replaceAll("_", " ")
            .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) =>
              String.fromCharCode(Number.parseInt(hex, 16)),
            ),
          "latin1",
        );
  expect(bytes.toString()).toBe("Grüße");
});

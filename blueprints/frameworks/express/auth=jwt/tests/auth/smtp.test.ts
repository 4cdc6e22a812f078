/** Mails by SMTP, against a small server that writes down what it is told. */

import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { expect, test } from "vitest";
import { sendMail } from "../../src/auth/mail-transport.ts";
import { makeSettings } from "../service.ts";

const MAIL = { to: "ada@example.com", subject: "Hello", text: "Dear Ada\n" };

function serve(socket: Socket, got: string[]): void {
  let data = false;
  const answer = (line: string): string => {
    if (data) {
      data = line !== ".";
      return data ? "" : "250 kept";
    }
    const [word = ""] = line.toUpperCase().split(" ");
    data = word === "DATA";
    return { DATA: "354 go on", QUIT: "221 bye" }[word] ?? "250 ok";
  };
  let rest = "";
  socket.setEncoding("utf8").on("data", (text: string) => {
    const lines = (rest + text).split("\r\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      got.push(line);
      const said = answer(line);
      if (said !== "") {
        socket.write(`${said}\r\n`);
      }
    }
  });
  socket.on("error", () => undefined);
  socket.write("220 test\r\n");
}

test("a mail is handed over", async () => {
  const got: string[] = [];
  const server = createServer((socket) => serve(socket, got)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const settings = makeSettings({ MAIL_TRANSPORT: `smtp://127.0.0.1:${port}` });
  await sendMail(settings, MAIL);
  server.close();
  const text = got.join("\n");
  expect(text).toMatch(/^RCPT TO:<ada@example\.com>/im);
  expect(text).toContain("Subject: Hello");
  expect(text).toContain("Dear Ada");
});

test("a server that is away is an error", async () => {
  const settings = makeSettings({ MAIL_TRANSPORT: "smtp://127.0.0.1:1" });
  await expect(sendMail(settings, MAIL)).rejects.toThrow("ECONNREFUSED");
});

test.for(["file:", "smtp://", "smtps:///x", "pigeon://loft"])("%s leads nowhere", (transport) => {
  expect(() => makeSettings({ MAIL_TRANSPORT: transport })).toThrow("MAIL_TRANSPORT");
});

/** The mails that the service has written. */

import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { inject } from "vitest";

function folder(): string {
  return join(inject("folder"), "mails");
}

/** A mail as it lies in its file. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly from: string;
  readonly text: string;
}

/** Take all mails away. */
export function forgetMails(): void {
  rmSync(folder(), { recursive: true, force: true });
}

/** The mails since then, oldest first. */
export function mails(): Mail[] {
  const names = existsSync(folder()) ? readdirSync(folder()) : [];
  return names.sort().map((name) => parsed(readFileSync(join(folder(), name), "utf8")));
}

function parsed(content: string): Mail {
  const [head = "", ...rest] = content.split("\r\n\r\n");
  const lines = head.replaceAll("\r\n ", " ").split("\r\n");
  const headers = new Map(
    lines.map((line) => {
      const at = line.indexOf(": ");
      return [line.slice(0, at), line.slice(at + 2)];
    }),
  );
  const header = (name: string): string => headers.get(name) ?? "";
  return {
    to: header("To"),
    subject: header("Subject"),
    from: header("From"),
    text: rest.join("\r\n\r\n"),
  };
}

/** What the service logs: kept for the tests instead of printed. */

import { pino } from "pino";
import { log } from "../src/core/logging.ts";

/** A line of the log. */
export type Line = Readonly<Record<string, unknown>>;

let lines: string[] = [];

// The stream of a logger is under a symbol, for which its type has no entry.
const { [pino.symbols.streamSym]: stream } = log as unknown as Record<
  symbol,
  { write(line: string): void }
>;
if (stream !== undefined) {
  stream.write = (line) => lines.push(line);
}

/** Begin anew. */
export function forgetLines(): void {
  lines = [];
}

/** What was logged in this test so far, without the ends of lines. */
export function loggedText(): string {
  return lines.join("");
}

/** The lines that were logged in this test so far. */
export function logged(message?: string): Line[] {
  const all = lines.map((line) => JSON.parse(line) as Line);
  return message === undefined ? all : all.filter((line) => line["message"] === message);
}

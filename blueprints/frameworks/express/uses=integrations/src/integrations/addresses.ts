/** Settings of other services: where they are, and what shows them who we are. */

import { z } from "zod";

const VISIBLE = /^[\x21-\x7e]+$/;

function isAddress(text: string): boolean {
  if (!VISIBLE.test(text) || !URL.canParse(text)) {
    return false;
  }
  const { protocol, username, password, search, hash, port } = new URL(text);
  const web = /^https?:\/\/[^/]/.test(text) && /^https?:$/.test(protocol) && port !== "0";
  // What shows who we are has a variable of its own.
  return web && [username, password, search, hash].every((part) => part === "");
}

/** The base URL of a service. */
export const serviceUrl = z
  .string()
  .refine(isAddress, "must be the base URL of a service, such as https://service.example/api")
  .transform((text) => text.replace(/\/+$/, ""));

/** What shows a service who we are. */
export const serviceToken = z
  .string()
  .regex(VISIBLE, "must be visible ASCII characters without spaces");

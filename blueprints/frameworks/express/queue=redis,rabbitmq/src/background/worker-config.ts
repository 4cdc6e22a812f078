/** Settings of the worker, and where the broker is. */

import { z } from "zod";
import { port } from "../core/config.ts";
import { BROKER_SCHEMES } from "./broker-url.ts";

/** Whether a text is the URL of a broker. */
function isBrokerUrl(text: string): boolean {
  if (!URL.canParse(text)) {
    return false;
  }
  const { protocol, hostname, port: given } = new URL(text);
  return BROKER_SCHEMES.includes(protocol) && hostname !== "" && given !== "0";
}

export const workerVariables = {
  // It may hold a password.
  BROKER_URL: z
    .string()
    .refine(isBrokerUrl, `must be a URL that begins with ${BROKER_SCHEMES.join("// or ")}//`),
  WORKER_PORT: port.default(8001),
};

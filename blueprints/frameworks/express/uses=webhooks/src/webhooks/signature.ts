/**
 * Signatures of requests: `t=SECONDS,v1=SIGNATURE`, as payment providers make them.
 *
 * The signature is the HMAC-SHA256 of `SECONDS.BODY`. It is made of the bytes that were sent:
 * whoever decodes them first and writes them again may have other ones.
 */

import { createHmac, timingSafeEqual } from "node:crypto";

/** What a signature is judged by; moments are seconds. */
export interface Judged {
  readonly body: Uint8Array;
  readonly secret: string;
  readonly now: number;
  readonly tolerance: number;
}

/**
 * Whether somebody who knows the secret has sent this a moment ago.
 *
 * While a secret is exchanged there are several signatures: one that is right suffices.
 */
export function isSigned(header: string, { body, secret, now, tolerance }: Judged): boolean {
  const parts = header.split(",").map((part) => part.trim());
  const valuesOf = (key: string): string[] =>
    parts.filter((part) => part.startsWith(`${key}=`)).map((part) => part.slice(key.length + 1));
  const [seconds = "", ...others] = valuesOf("t");
  if (others.length > 0 || !/^[0-9]{1,12}$/.test(seconds)) {
    return false;
  }
  if (Math.abs(now - Number(seconds)) > tolerance) {
    return false;
  }
  const wanted = Buffer.from(signature(secret, seconds, body));
  return valuesOf("v1").some((value) => {
    const given = Buffer.from(value);
    // How long it takes to compare says nothing about what would be right.
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  });
}

/** The signature of a body that is sent at this second. */
export function signature(secret: string, seconds: string, body: Uint8Array): string {
  return createHmac("sha256", secret).update(`${seconds}.`).update(body).digest("hex");
}

/** Settings of accounts, tokens and lockout. Times are in seconds. */

import { createSecretKey, type KeyObject } from "node:crypto";
import { z } from "zod";
import { type CoreSettings, count, isProduction, positive } from "../core/config.ts";
import { NAME } from "../project.ts";

// The value in .env.example; everybody knows it, so production refuses it.
const DEVELOPMENT_SECRET = "development-only-secret-change-me-now";
const MIN_SECRET_BYTES = 32;
// So few different ones are no random secret.
const MIN_DISTINCT_BYTES = 10;

const secret = z
  .string()
  .refine((text) => Buffer.byteLength(text) >= MIN_SECRET_BYTES, {
    error: `must have at least ${MIN_SECRET_BYTES} bytes`,
    // Without a key there is none to judge further.
    abort: true,
  })
  // A key object shows nothing of itself in logs.
  .transform((text) => createSecretKey(text, "utf8"));

export const authVariables = {
  JWT_SECRET: secret,
  JWT_ISSUER: z.string().default(NAME),
  JWT_AUDIENCE: z.string().default(NAME),
  ACCESS_TOKEN_SECONDS: positive.default(900),
  REFRESH_TOKEN_SECONDS: positive.default(2_592_000),
  LOCKOUT_ATTEMPTS: positive.default(5),
  LOCKOUT_SECONDS: positive.default(900),
  RESET_TOKEN_SECONDS: positive.default(1800),
  // Requests in a minute to /auth from one address; 0 turns the limit off.
  AUTH_RATE_LIMIT_PER_MINUTE: count.default(10),
  // For `make create-admin` only.
  ADMIN_EMAIL: z.string().optional(),
  ADMIN_PASSWORD: z.string().optional(),
};

const authSchema = z.object(authVariables);
export type AuthSettings = z.output<typeof authSchema>;

/** Production wants a secret of its own. */
export function requireOwnSecret(
  settings: Pick<CoreSettings, "APP_ENV"> & Pick<AuthSettings, "JWT_SECRET">,
  context: z.RefinementCtx,
): void {
  if (isProduction(settings) && isWeak(settings.JWT_SECRET)) {
    const message = "must be a random secret of your own in production";
    context.addIssue({ code: "custom", path: ["JWT_SECRET"], message });
  }
}

function isWeak(key: KeyObject): boolean {
  const bytes = key.export();
  return bytes.equals(Buffer.from(DEVELOPMENT_SECRET)) || new Set(bytes).size < MIN_DISTINCT_BYTES;
}

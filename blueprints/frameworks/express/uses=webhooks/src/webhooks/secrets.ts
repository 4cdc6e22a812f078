/** What requests to webhooks are signed with. */

import { z } from "zod";

/** The value in .env.example; everybody knows it, so production refuses it. */
export const DEVELOPMENT_SECRET = "development-only-webhook-secret";

/** A secret that another service signs with. */
export const webhookSecret = z
  .string()
  .regex(/^[\x21-\x7e]{16,}$/, "must be at least 16 visible ASCII characters without spaces");

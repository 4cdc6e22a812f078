/** In production each webhook has a secret of its own. */

import type { z } from "zod";
import { type CoreSettings, isProduction } from "../core/config.ts";
import { webhookVariables } from "./config.ts";
import { DEVELOPMENT_SECRET } from "./secrets.ts";

/** A setting that holds a secret. */
export type SecretName = keyof typeof webhookVariables;

const NAMES = Object.keys(webhookVariables) as SecretName[];

/** Production refuses the secrets of examples. */
export function requireOwnWebhookSecrets(
  settings: Pick<CoreSettings, "APP_ENV"> & Readonly<Record<SecretName, string>>,
  context: z.RefinementCtx,
): void {
  const known = NAMES.filter((name) => settings[name] === DEVELOPMENT_SECRET);
  for (const name of isProduction(settings) ? known : []) {
    const message = "must be a secret of your own in production";
    context.addIssue({ code: "custom", path: [name], message });
  }
}

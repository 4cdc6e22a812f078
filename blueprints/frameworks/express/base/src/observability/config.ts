/** Settings of metrics, traces, error tracking and profiles. */

import { z } from "zod";
import { type CoreSettings, isProduction } from "../core/config.ts";

const MIN_TOKEN_LENGTH = 16;

/** Metrics are always there; each other part is off until its variable is set. */
export const observabilityVariables = {
  METRICS_TOKEN: z.string().optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({
      protocol: /^https?$/,
      error: "must be the address of a collector, such as http://127.0.0.1:4318",
    })
    .optional(),
  SENTRY_DSN: z
    .string()
    .regex(
      /^https?:\/\/[^:@/]+@[^@/]+(\/[^@]*)?\/[0-9]+$/,
      "must be a DSN such as https://key@errors.example/1",
    )
    .optional(),
  // A folder for a profile of each request; for development only.
  PROFILE_DIR: z.string().optional(),
};

const observabilitySchema = z.object(observabilityVariables);
export type ObservabilitySettings = z.output<typeof observabilitySchema>;

/** Production shows its metrics to those who know the token alone, and profiles nothing. */
export function requireSafety(
  settings: Pick<CoreSettings, "APP_ENV"> &
    Pick<ObservabilitySettings, "METRICS_TOKEN" | "PROFILE_DIR">,
  context: z.RefinementCtx,
): void {
  if (!isProduction(settings)) {
    return;
  }
  if ((settings.METRICS_TOKEN ?? "").length < MIN_TOKEN_LENGTH) {
    const message = `must have at least ${MIN_TOKEN_LENGTH} characters in production`;
    context.addIssue({ code: "custom", path: ["METRICS_TOKEN"], message });
  }
  if (settings.PROFILE_DIR !== undefined) {
    const message = "is for development, not for production";
    context.addIssue({ code: "custom", path: ["PROFILE_DIR"], message });
  }
}

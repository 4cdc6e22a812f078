/** The settings of this service: the common ones and those of its parts. */

import { z } from "zod";
import { authVariables, requireOwnSecret } from "./auth/config.ts";
import { mailVariables } from "./auth/mail-config.ts";
import { jobVariables } from "./background/config.ts";
import { auditVariables } from "./core/audit-config.ts";
import { coreVariables } from "./core/config.ts";
import { observabilityVariables, requireSafety } from "./observability/config.ts";

const variables = z.object({
  ...coreVariables,
  ...observabilityVariables,
  ...jobVariables,
  ...auditVariables,
  ...authVariables,
  ...mailVariables,
});

export const settingsSchema = variables.superRefine(requireSafety).superRefine(requireOwnSecret);

/** Every variable that the service reads. */
export type Settings = z.output<typeof settingsSchema>;

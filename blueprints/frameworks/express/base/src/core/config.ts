/** Settings from the environment and from `.env`; a faulty one stops the start and is named. */

import { existsSync } from "node:fs";
import { BlockList, isIP } from "node:net";
import { z } from "zod";
import { DEFAULT_DATABASE_URL } from "../project.ts";
import { isDatabaseUrl } from "./database-url.ts";

const LARGEST = 2 ** 31 - 1;
const SSL_MODES = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

function whole(least: number, most: number): z.ZodType<number> {
  const message = `must be a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^[0-9]{1,15}$/, message)
    .transform(Number)
    .refine((value) => value >= least && value <= most, message);
}

/** A whole number that may be 0. */
export const count = whole(0, LARGEST);
/** A whole number from 1. */
export const positive = whole(1, LARGEST);
/** A port; 0 is any that is free. */
export const port = whole(0, 65_535);

function parts(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

const databaseUrl = z.string().refine(
  (text) => {
    const mode = URL.canParse(text) ? new URL(text).searchParams.get("sslmode") : null;
    return isDatabaseUrl(text) && (mode === null || SSL_MODES.includes(mode));
  },
  `must be a URL like ${DEFAULT_DATABASE_URL}; sslmode is one of ${SSL_MODES.join(", ")}`,
);

const networks = z.string().transform((text, context) => {
  const list = new BlockList();
  for (const part of parts(text)) {
    const [address = "", bits] = part.split("/");
    const family = isIP(address);
    const most = family === 6 ? 128 : 32;
    const prefix = bits === undefined ? most : Number(bits);
    if (family === 0 || !/^[0-9]*$/.test(bits ?? "") || prefix > most) {
      context.addIssue(`${part} is no address or network`);
      return z.NEVER;
    }
    list.addSubnet(address, prefix, family === 6 ? "ipv6" : "ipv4");
  }
  return list;
});

const origins = z
  .string()
  .transform(parts)
  .refine(
    (list) => list.every((each) => URL.canParse(each) && new URL(each).origin === each),
    "must be origins such as https://shop.example, without a path",
  );

/** What every part of the service may need, by the name of the variable. */
export const coreVariables = {
  HOST: z.string().default("127.0.0.1"),
  PORT: port.default(8000),
  APP_ENV: z.enum(["development", "test", "production"]).default("development"),
  LOG_LEVEL: z.enum(["debug", "info", "warning", "error"]).default("info"),
  DATABASE_URL: databaseUrl.default(DEFAULT_DATABASE_URL),
  DATABASE_POOL_SIZE: positive.default(10),
  DATABASE_TIMEOUT_MS: positive.default(5000),
  SLOW_QUERY_MS: count.default(200),
  // Requests in a minute for one caller; 0 turns the limit off.
  RATE_LIMIT_PER_MINUTE: count.default(120),
  TRUSTED_PROXIES: networks.default(new BlockList()),
  MAX_BODY_BYTES: positive.default(1_048_576),
  DRAIN_SECONDS: count.default(10),
  // How long a repeated request gets its first answer.
  IDEMPOTENCY_SECONDS: positive.default(86_400),
  CORS_ORIGINS: origins.default([]),
};

const coreSchema = z.object(coreVariables);
export type CoreSettings = z.output<typeof coreSchema>;

/** Whether the strict rules of production hold. */
export function isProduction(settings: Pick<CoreSettings, "APP_ENV">): boolean {
  return settings.APP_ENV === "production";
}

/** Several settings together are wrong, or one of them is. */
export class SettingsError extends Error {}

/** Read settings from variables; an empty one is as good as none. */
export function readSettings<S extends z.ZodType>(
  schema: S,
  variables: Readonly<Record<string, string | undefined>>,
): z.output<S> {
  const given = Object.entries(variables).filter(
    ([, value]) => value !== undefined && value !== "",
  );
  const result = schema.safeParse(Object.fromEntries(given));
  if (result.success) {
    return result.data;
  }
  const lines = result.error.issues.map((issue) => {
    const missing = issue.code === "invalid_type" && issue.path.length > 0;
    const name = issue.path.length > 0 ? `${String(issue.path[0])}: ` : "";
    return `configuration: ${name}${missing ? "is missing" : issue.message}`;
  });
  throw new SettingsError(lines.join("\n"));
}

/** Read the settings, or leave with status 1 and a message that names what is wrong. */
export function loadSettings<S extends z.ZodType>(schema: S): z.output<S> {
  if (existsSync(".env")) {
    // What the environment says goes before the file.
    process.loadEnvFile(".env");
  }
  try {
    return readSettings(schema, process.env);
  } catch (error) {
    if (!(error instanceof SettingsError)) {
      throw error;
    }
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

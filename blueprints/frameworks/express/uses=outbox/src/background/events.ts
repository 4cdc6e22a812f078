/** Events as they travel: CloudEvents 1.0 (https://cloudevents.io) in JSON. */

import { z } from "zod";
import type { JsonObject } from "../core/fields.ts";
import { decodeJson } from "../core/json-body.ts";
import { NAME } from "../project.ts";

const SOURCE = `/${NAME}`;

/** Something that has happened: `subject` is the id of the row that it happened to. */
export interface Event<D> {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly data: D;
}

const envelope = z.strictObject({
  specversion: z.literal("1.0"),
  id: z.guid(),
  source: z.literal(SOURCE),
  type: z.string().min(1),
  subject: z.guid(),
  time: z.iso.datetime(),
  datacontenttype: z.literal("application/json"),
  dataschema: z.string().min(1),
  data: z.record(z.string(), z.unknown()),
});

/** A message is no event, or not what its schema says: to try again would change nothing. */
export class PoisonError extends Error {
  override readonly name = "PoisonError";
}

/** The message of an event. */
export function writeEnvelope({ id, type, subject, time, data }: Event<JsonObject>): string {
  return JSON.stringify({
    specversion: "1.0",
    id,
    source: SOURCE,
    type,
    subject,
    time,
    datacontenttype: "application/json",
    dataschema: `/schemas/${type}/v1.json`,
    data,
  });
}

/** The event of a message; its numbers have their digits. */
export function readEnvelope(message: string): Event<Readonly<Record<string, unknown>>> {
  const found = envelope.safeParse(decoded(message));
  if (!found.success) {
    const [issue] = found.error.issues;
    throw new PoisonError(`no valid envelope: ${issue?.path.join(".")} ${issue?.message}`);
  }
  const { id, type, subject, time, data } = found.data;
  return { id, type, subject, time, data };
}

function decoded(message: string): unknown {
  try {
    return decodeJson(Buffer.from(message));
  } catch (error) {
    throw new PoisonError("no JSON", { cause: error });
  }
}

/** Events, as tests write them, handle them and look at them. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { v7 as uuid7 } from "uuid";
import type { Event } from "../src/background/events.ts";
import { readEnvelope } from "../src/background/events.ts";
import { Handler } from "../src/background/handlers.ts";
import { emit } from "../src/background/outbox.ts";
import { type DataOf, declared } from "../src/background/payloads.ts";
import type { Database, Session } from "../src/core/database.ts";
import type { JsonObject } from "../src/core/fields.ts";
import * as field from "../src/core/fields.ts";
import { decodeJson } from "../src/core/json-body.ts";

const SCHEMAS = join(import.meta.dirname, "../docs/schemas");
const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);

/** An event of the tests alone. */
export const counted = declared("something-counted", {
  number: field.integer({ column: "number" }),
  price: field.decimal({ column: "price", optional: true }),
});
export type Counted = Event<DataOf<typeof counted>>;

/** Say that something was counted, in a transaction of its own. */
export async function count(database: Database, number: number, subject = uuid7()): Promise<void> {
  await database.write((session) => emit(session, counted, subject, { number, price: null }));
}

interface Recording {
  readonly handler: Handler<Counted["data"]>;
  readonly seen: Counted[];
  numbers(): number[];
}

/** A handler that writes down what it is given, before it does something. */
export function recording(
  then: (event: Counted, session: Session) => Promise<void> = async () => undefined,
  name = "record",
): Recording {
  const seen: Counted[] = [];
  const handler = new Handler<Counted["data"]>({
    name,
    type: counted.type,
    payload: counted,
    async run(event, session) {
      seen.push(event);
      await then(event, session);
    },
  });
  return { handler, seen, numbers: () => seen.map(({ data }) => data.number) };
}

/** What is in the outbox, in its order. */
export async function outboxOf({ db }: Database): Promise<ReturnType<typeof readEnvelope>[]> {
  const rows = await db.selectFrom("outbox").select("envelope").orderBy("position").execute();
  return rows.map((row) => readEnvelope(String(row["envelope"])));
}

/** The receipts of all handlers. */
export function receiptsIn({ db }: Database): Promise<Record<string, unknown>[]> {
  return db.selectFrom("event_deliveries").selectAll().execute();
}

/** What is wrong with the data of an event, by the schema of its type. */
export function schemaFaults(type: string, data: unknown): unknown {
  const id = `/schemas/${type}/v1.json`;
  const known = ajv.getSchema(id);
  const check =
    known ?? ajv.compile(JSON.parse(readFileSync(join(SCHEMAS, type, "v1.json"), "utf8")));
  return check(data) ? [] : check.errors;
}

/** JSON as it is read from a message. */
export function decoded(value: JsonObject): Readonly<Record<string, unknown>> {
  return decodeJson(Buffer.from(JSON.stringify(value))) as Readonly<Record<string, unknown>>;
}

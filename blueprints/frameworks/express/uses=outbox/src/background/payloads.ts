/** What events tell: read as strictly as a request, by the fields of the row or of the event. */

import { z } from "zod";
import {
  type AnyField,
  type Fields,
  type JsonObject,
  type ShownOf,
  uuidType,
} from "../core/fields.ts";
import type { Row } from "../core/rows.ts";
import { PoisonError } from "./events.ts";

/** A row with these fields as its events tell it: without what nobody sees. */
export type Told<F extends Fields> = Omit<Row, "deletedAt"> & ShownOf<F>;

/** The form of the data of an event: fields by key. */
export class Payload<D> {
  private readonly fields: readonly (readonly [string, AnyField])[];
  private readonly schema: z.ZodType<Record<string, unknown>>;

  constructor(fields: readonly (readonly [string, AnyField])[]) {
    this.fields = fields;
    const shape = fields.map(([, field]) => [field.json, schemaOf(field)] as const);
    this.schema = z.strictObject(Object.fromEntries(shape));
  }

  /** The data of an event by the keys of its fields. */
  read(data: Readonly<Record<string, unknown>>): D {
    // Without a prototype: a key may be called `constructor`.
    const found = this.schema.safeParse(Object.assign(Object.create(null), data));
    if (!found.success) {
      const [issue] = found.error.issues;
      throw new PoisonError(`not what the schema says: ${issue?.path.join(".")} ${issue?.message}`);
    }
    const values = found.data;
    return Object.fromEntries(this.fields.map(([key, { json }]) => [key, values[json]])) as D;
  }

  /** The data of an event as JSON. */
  write(data: D): JsonObject {
    const values = data as Readonly<Record<string, unknown>>;
    const pairs = this.fields.map(([key, field]) => [field.json, field.write(values[key])]);
    return Object.fromEntries(pairs);
  }
}

function schemaOf(field: AnyField): z.ZodType {
  // A row may have more links than one request may name.
  const schema = field.traits.links === undefined ? field.type.schema : z.array(uuidType.schema);
  return field.traits.optional ? schema.nullable() : schema;
}

/** An event that a command tells of. */
export class Declared<D> extends Payload<D> {
  readonly type: string;

  constructor(type: string, fields: Fields) {
    super(Object.entries(fields));
    this.type = type;
  }
}

/** Declare an event with these fields. */
export function declared<F extends Fields>(type: string, fields: F): Declared<ShownOf<F>> {
  return new Declared(type, fields);
}

/** What a declared event tells. */
export type DataOf<P> = P extends Payload<infer D> ? D : never;

/** Suppliers as they are kept, and as JSON. */

import { createBody, patchBody, replaceBody } from "../core/bodies.ts";
import * as field from "../core/fields.ts";
import type { RowOf } from "../core/rows.ts";

export const fields = {
  name: field.string({ column: "name", min: 1, max: 100 }),
  email: field.email({ column: "email" }),
  website: field.url({ column: "website", optional: true }),
  phone: field.string({ column: "phone", max: 20, pattern: "^\\+?[0-9 ]{6,20}$", optional: true }),
};

/** A company that products are bought from. */
export type Supplier = RowOf<typeof fields>;

/** A new supplier. */
export const create = createBody(fields);
/** A whole supplier: what is left out becomes its default. */
export const replace = replaceBody(fields);
/** Changes of a supplier: what is left out keeps its value. */
export const patch = patchBody(fields);

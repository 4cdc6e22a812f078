/** Tags as they are kept, and as JSON. */

import { createBody, patchBody, replaceBody } from "../core/bodies.ts";
import * as field from "../core/fields.ts";
import type { RowOf } from "../core/rows.ts";

export const fields = {
  name: field.string({ column: "name", min: 2, max: 30 }),
};

/** A word that products are found by. */
export type Tag = RowOf<typeof fields>;

/** A new tag. */
export const create = createBody(fields);
/** A whole tag: what is left out becomes its default. */
export const replace = replaceBody(fields);
/** Changes of a tag: what is left out keeps its value. */
export const patch = patchBody(fields);

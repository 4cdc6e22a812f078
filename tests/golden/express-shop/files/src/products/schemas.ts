/** Products as they are kept, and as JSON. */

import { createBody, patchBody, replaceBody } from "../core/bodies.ts";
import * as field from "../core/fields.ts";
import type { RowOf } from "../core/rows.ts";

export const fields = {
  name: field.string({ column: "name", min: 2, max: 100 }),
  price: field.decimal({ column: "price", precision: 12, scale: 2, above: "0" }),
  category: field.choice({ column: "category", values: ["book", "toy", "game"] }),
  description: field.text({ column: "description", max: 500, optional: true }),
  inStock: field.boolean({ column: "in_stock", default: true }),
  supplierId: field.reference({ column: "supplier_id", to: "Supplier", optional: true }),
  tagIds: field.links({
    name: "tag_ids",
    to: "Tag",
    table: "product_tags",
    here: "product_id",
    there: "tag_id",
  }),
};

/** Something that is sold. */
export type Product = RowOf<typeof fields>;

/** A new product. */
export const create = createBody(fields);
/** A whole product: what is left out becomes its default. */
export const replace = replaceBody(fields);
/** Changes of a product: what is left out keeps its value. */
export const patch = patchBody(fields);

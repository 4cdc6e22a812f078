/** How products are found, related and shown. */

import { repositoryOf } from "../core/repository.ts";
import { fields } from "./schemas.ts";

export const repository = repositoryOf({
  name: "Product",
  path: "products",
  table: "products",
  fields,
  access: {
    list: "public",
    read: "public",
    create: "authenticated",
    update: ["admin", "owner"],
    delete: ["owner", "admin"],
  },
  filters: ["name", "price", "category", "inStock", "supplierId", "createdAt", "updatedAt"],
  sort: ["name", "price", "category", "inStock", "createdAt", "updatedAt"],
  search: ["name", "description"],
  softDelete: true,
  owned: true,
  audited: true,
});

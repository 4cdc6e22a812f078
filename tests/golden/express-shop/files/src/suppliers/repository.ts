/** How suppliers are found, related and shown. */

import { repositoryOf } from "../core/repository.ts";
import { fields } from "./schemas.ts";

export const repository = repositoryOf({
  name: "Supplier",
  path: "suppliers",
  table: "suppliers",
  fields,
  access: {
    list: "public",
    read: "public",
    create: "authenticated",
    update: ["owner", "admin"],
    delete: ["owner", "admin"],
  },
  filters: ["name", "email", "website", "phone", "createdAt", "updatedAt"],
  sort: ["name", "email", "website", "phone", "createdAt", "updatedAt"],
  search: ["name"],
  unique: [["name"]],
  owned: true,
});

/** How tags are found, related and shown. */

import { repositoryOf } from "../core/repository.ts";
import { fields } from "./schemas.ts";

export const repository = repositoryOf({
  name: "Tag",
  path: "tags",
  table: "tags",
  fields,
  access: {
    list: "public",
    read: "public",
    create: "authenticated",
    update: ["owner", "admin"],
    delete: ["owner", "admin"],
  },
  filters: ["name", "createdAt", "updatedAt"],
  sort: ["name", "createdAt", "updatedAt"],
  search: ["name"],
  unique: [["name"]],
  owned: true,
});

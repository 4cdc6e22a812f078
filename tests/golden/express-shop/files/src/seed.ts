/** `make seed`: example rows, for development only. */

// Rows may refer to any table.
import "./api.ts";
import { makeCache } from "./core/cached.ts";
import { isProduction, loadSettings } from "./core/config.ts";
import { Database } from "./core/database.ts";
import { nth, type Seed, seedOf, storeSeeds } from "./core/seeding.ts";
import { repository as productRepository } from "./products/repository.ts";
import { create as productBody } from "./products/schemas.ts";
import { settingsSchema } from "./settings.ts";
import { repository as supplierRepository } from "./suppliers/repository.ts";
import { create as supplierBody } from "./suppliers/schemas.ts";
import { repository as tagRepository } from "./tags/repository.ts";
import { create as tagBody } from "./tags/schemas.ts";

export const SEEDS: readonly Seed[] = [
  seedOf({
    repository: supplierRepository,
    body: supplierBody,
    examples: [
      {
        name: "Harbour Books Ltd",
        email: "ada.lovelace@example.com",
        website: "https://example.com/night-train",
        phone: "+44 20 7946 0123",
      },
      {
        name: "Beech & Sons",
        email: "grace.hopper@example.com",
        website: "https://example.com/wooden-blocks",
        phone: "112345",
      },
      {
        name: "Corner Games",
        email: "alan.turing@example.com",
        website: "https://example.com/sea-battle",
        phone: "212345",
      },
    ],
  }),
  seedOf({
    repository: tagRepository,
    body: tagBody,
    examples: [
      {
        name: "bestseller",
      },
      {
        name: "new",
      },
      {
        name: "on sale",
      },
    ],
  }),
  seedOf({
    repository: productRepository,
    body: productBody,
    examples: [
      {
        name: "Night Train",
        price: "12.50",
        category: "book",
        description: "Arrived in good order and works as described.",
        inStock: true,
        supplierId: nth(supplierRepository, 0),
        tagIds: [nth(tagRepository, 0)],
      },
      {
        name: "Wooden Blocks",
        price: "19.65",
        category: "toy",
        description: "A short story about a long journey by rail.",
        inStock: false,
        supplierId: nth(supplierRepository, 1),
        tagIds: [nth(tagRepository, 1)],
      },
      {
        name: "Sea Battle",
        price: "26.80",
        category: "game",
        description: "Made by hand from local beech.",
        inStock: true,
        supplierId: nth(supplierRepository, 2),
        tagIds: [nth(tagRepository, 2)],
      },
    ],
  }),
];

/** Fill empty tables; refuse in production. */
async function main(): Promise<void> {
  const settings = loadSettings(settingsSchema);
  if (isProduction(settings)) {
    process.stderr.write("seed: refused in production\n");
    process.exitCode = 1;
    return;
  }
  const database = new Database(settings, makeCache(settings));
  try {
    await storeSeeds(database, SEEDS);
  } finally {
    await database.close();
  }
}

if (import.meta.main) {
  await main();
}

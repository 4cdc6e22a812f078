/** The description of the API: the document in `docs/`, which the tests hold to what runs. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { strictRouter } from "./routing.ts";

const FILE = join(import.meta.dirname, "../../docs/openapi.json");

/** Serves the description. */
export function openapiRouter(): ReturnType<typeof strictRouter> {
  const text = readFileSync(FILE);
  const router = strictRouter();
  router.get("/openapi.json", (_request, response) => {
    response.setHeader("Content-Type", "application/json");
    response.send(text);
  });
  return router;
}

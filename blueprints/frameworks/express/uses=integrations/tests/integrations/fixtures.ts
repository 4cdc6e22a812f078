/** `test` with other services: `others` has a fake of each, `clients` what asks them. */

import {
  type Clients,
  openClients,
  clients as openedClients,
} from "../../src/integrations/clients.ts";
import { test as plain } from "../fixtures.ts";
import { makeSettings } from "../service.ts";
import { type Fake, serving } from "./fake.ts";
import { OPERATIONS } from "./operations.ts";
import { routeOf } from "./table.ts";

/** Start a fake of each service, by its key in the clients of a process. */
export async function serveOthers(): Promise<Readonly<Record<string, Fake>>> {
  const names = [...new Set(OPERATIONS.map(({ service }) => service))];
  const fakes = names.map(async (name) => {
    const own = OPERATIONS.filter(({ service }) => service === name);
    return [name, await serving(own.map(routeOf))] as const;
  });
  return Object.fromEntries(await Promise.all(fakes));
}

/** Have clients that ask these fakes; the function that is returned closes them. */
export function askOthers(others: Readonly<Record<string, Fake>>): () => void {
  const places = OPERATIONS.map(({ service, urlVariable }) => [
    urlVariable,
    others[service]?.url ?? "",
  ]);
  return openClients(makeSettings(Object.fromEntries(places)));
}

export const test = plain
  /** A fake of each service: `others["…"].next({ status: 503 })`. */
  // biome-ignore lint/correctness/noEmptyPattern: what a fixture asks for is read from its pattern
  .extend("others", async ({}, { onCleanup }) => {
    const others = await serveOthers();
    onCleanup(async () => {
      await Promise.all(Object.values(others).map((fake) => fake.close()));
    });
    return others;
  })
  /** The clients of this process, asking the fakes. */
  .extend("clients", ({ others }, { onCleanup }): Clients => {
    onCleanup(askOthers(others));
    return openedClients();
  });

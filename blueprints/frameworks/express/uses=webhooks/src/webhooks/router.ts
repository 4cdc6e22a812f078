/** Webhooks over HTTP: a route for each. */

import { strictRouter } from "../core/routing.ts";
import { receive } from "./receiving.ts";
import { WEBHOOKS } from "./table.ts";

export const router = strictRouter();

for (const webhook of WEBHOOKS) {
  router.post(webhook.path, (request, response) => receive(webhook, request, response));
}

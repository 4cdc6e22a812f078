/** Other services that this one asks. */

export { openClients } from "../integrations/clients.ts";

/** How the URL of the broker begins. */

export const BROKER_SCHEMES = ["redis:", "rediss:"];

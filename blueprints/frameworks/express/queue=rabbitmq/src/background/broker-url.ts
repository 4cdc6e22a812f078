/** How the URL of the broker begins. */

export const BROKER_SCHEMES = ["amqp:", "amqps:"];

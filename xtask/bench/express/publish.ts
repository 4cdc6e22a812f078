/** Publishes so many messages with nothing around: publish.ts ENVELOPE_FILE COUNT; prints seconds. */

import { readFileSync } from "node:fs";

const BATCH = 100;
type Publish = (count: number) => Promise<unknown>;

async function rabbitmq(url: string, envelope: Buffer): Promise<Publish> {
  const { connect } = await import("amqplib");
  const channel = await (await connect(url)).createConfirmChannel();
  await channel.assertExchange("bare.events", "topic", { durable: true });
  return async (count) => {
    for (let index = 0; index < count; index++) {
      channel.publish("bare.events", "row.created", envelope, { persistent: true });
    }
    await channel.waitForConfirms();
  };
}

async function redis(url: string, envelope: Buffer): Promise<Publish> {
  const { createClient } = await import("redis");
  const client = await createClient({ url }).connect();
  return async (count) => {
    const batch = client.multi();
    for (let index = 0; index < count; index++) {
      batch.xAdd("bare:events", "*", { envelope });
    }
    await batch.exec();
  };
}

const [file = "", count = "0"] = process.argv.slice(2);
const url = process.env["BROKER_URL"] ?? "";
const publish = await (url.startsWith("amqp") ? rabbitmq : redis)(url, readFileSync(file));
await publish(1);
const started = performance.now();
for (let sent = 0; sent < Number(count); sent += BATCH) {
  await publish(BATCH);
}
console.log((performance.now() - started) / 1000);
process.exit(0);

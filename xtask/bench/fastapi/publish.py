"""Publishes so many messages with nothing around: publish.py ENVELOPE_FILE COUNT; prints seconds."""

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

BATCH = 100
Publish = Callable[[int], Awaitable[object]]


async def rabbitmq(url: str, envelope: bytes) -> Publish:
    import aio_pika

    connection = await aio_pika.connect(url)
    channel = await connection.channel(publisher_confirms=True)
    exchange = await channel.declare_exchange("bare.events", "topic", durable=True)

    async def publish(count: int) -> None:
        mode = aio_pika.DeliveryMode.PERSISTENT
        messages = (aio_pika.Message(envelope, delivery_mode=mode) for _ in range(count))
        await asyncio.gather(*(exchange.publish(each, "row.created") for each in messages))

    return publish


async def redis(url: str, envelope: bytes) -> Publish:
    from redis.asyncio import Redis

    client = Redis.from_url(url)

    async def publish(count: int) -> None:
        async with client.pipeline(transaction=True) as pipe:
            for _ in range(count):
                pipe.xadd("bare:events", {"envelope": envelope})
            await pipe.execute()

    return publish


async def main() -> None:
    envelope, count = Path(sys.argv[1]).read_bytes(), int(sys.argv[2])
    url = os.environ["BROKER_URL"]
    publish = await (rabbitmq if url.startswith("amqp") else redis)(url, envelope)
    await publish(1)
    started = time.perf_counter()
    for _ in range(count // BATCH):
        await publish(BATCH)
    print(time.perf_counter() - started)


asyncio.run(main())

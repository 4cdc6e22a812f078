"""The broker of the tests: a real RabbitMQ server, whose other queues are left alone."""

from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import Any
from uuid import uuid4

import aio_pika
import pytest
from aio_pika.abc import AbstractConnection
from aio_pika.exceptions import AMQPError, ChannelNotFoundEntity

from app.background import broker
from app.background.broker import RabbitBroker
from app.background.handlers import Handler
from app.background.jobs import QUEUES
from app.core.database import Database
from app.project import NAME
from tests.broker_url import TEST_BROKER_URL


class Bench:
    """What tests do with a broker, whichever it is."""

    def __init__(self, database: Database, connection: AbstractConnection, prefix: str) -> None:
        self.database = database
        self.connection = connection
        self.prefix = prefix
        self._known: dict[str, Handler[Any]] = {}
        # Queues that have had a message.
        self._full: set[str] = set()

    def carrier(
        self,
        handlers: Sequence[Handler[Any]],
        url: str = TEST_BROKER_URL,
    ) -> RabbitBroker:
        """The broker, as a new process sees it."""
        self._known |= {handler.name: handler for handler in handlers}
        return RabbitBroker(self.database, url, handlers, prefix=self.prefix)

    async def put(self, handler: Handler[Any], text: bytes) -> None:
        """Have a message delivered to a handler."""
        async with self.connection.channel() as channel:
            message = aio_pika.Message(text)
            queue = f"{self.prefix}.{handler.name}"
            await channel.default_exchange.publish(message, routing_key=queue)

    async def dead(self, handler: Handler[Any]) -> list[tuple[str, int]]:
        """The dead letters of a handler: error and attempts."""
        found = []
        name = f"{self.prefix}.{handler.name}.dlq"
        # Before the first process has begun there is none.
        with suppress(ChannelNotFoundEntity):
            async with self.connection.channel() as channel:
                queue = await channel.get_queue(name)
                # While it is being made it can be asked how much it has, but not for a message.
                if name not in self._full and not queue.declaration_result.message_count:
                    return []
                self._full.add(name)
                # They go back when the channel is closed.
                while letter := await queue.get(fail=False):
                    assert letter.headers["x-handler"] == handler.name
                    attempts = int(str(letter.headers["x-attempts"]))
                    found.append((str(letter.headers["x-error"]), attempts))
        return found

    async def remove(self) -> None:
        """Remove everything that was made."""
        names = [f"{self.prefix}.jobs.{queue}" for queue in QUEUES]
        for name in self._known:
            names += [f"{self.prefix}.{name}", f"{self.prefix}.{name}.dlq"]
        async with self.connection.channel() as channel:
            for name in names:
                await channel.queue_delete(name)
            await channel.exchange_delete(f"{self.prefix}.events")


@pytest.fixture
async def bench(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bench]:
    """Queues for one test alone, and a broker in a hurry."""
    monkeypatch.setattr(broker, "CHECK_SECONDS", 0.02)
    prefix = f"{NAME}.test.{uuid4().hex}"
    monkeypatch.setattr(broker, "PREFIX", prefix)
    async with await aio_pika.connect(TEST_BROKER_URL) as connection:
        found = Bench(database, connection, prefix)
        yield found
        with suppress(AMQPError):
            await found.remove()

"""The broker of the tests: a real Redis server, whose other keys are left alone."""

from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from app.background import broker
from app.background.broker import RedisBroker
from app.background.handlers import Handler
from app.background.streams import whole
from app.core.database import Database
from app.project import NAME
from tests.broker_url import TEST_BROKER_URL


class Bench:
    """What tests do with a broker, whichever it is."""

    def __init__(self, database: Database, redis: Redis, prefix: str) -> None:
        self.database = database
        self.redis = redis
        self.prefix = prefix

    def carrier(
        self,
        handlers: Sequence[Handler[Any]],
        url: str = TEST_BROKER_URL,
    ) -> RedisBroker:
        """The broker, as a new process sees it."""
        return RedisBroker(self.database, url, handlers, prefix=self.prefix)

    async def put(self, _handler: Handler[Any], text: bytes) -> None:
        """Have a message delivered to a handler."""
        await self.redis.xadd(f"{self.prefix}:events", {"envelope": text})

    async def dead(self, handler: Handler[Any]) -> list[tuple[str, int]]:
        """The dead letters of a handler: error and attempts."""
        found = await whole(self.redis, f"{self.prefix}:{handler.name}:dlq")
        return [(values[b"error"].decode(), int(values[b"attempts"])) for _, values in found]


@pytest.fixture
async def bench(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bench]:
    """Keys for one test alone, and a broker in a hurry."""
    monkeypatch.setattr(broker, "BLOCK_MS", 20)
    prefix = f"{NAME}:test:{uuid4().hex}"
    monkeypatch.setattr(broker, "PREFIX", prefix)
    redis = Redis.from_url(TEST_BROKER_URL)
    yield Bench(database, redis, prefix)
    async for key in redis.scan_iter(f"{prefix}:*"):
        await redis.delete(key)
    await redis.aclose()

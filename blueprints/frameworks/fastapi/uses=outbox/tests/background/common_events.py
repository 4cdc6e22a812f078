"""What the tests of events share: a type of event, handlers that keep what they saw, processes."""

import json
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Annotated, Any
from uuid import UUID

from prometheus_client import CollectorRegistry
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.background.carrier import Carrier
from app.background.consumer import Consumer
from app.background.event_metrics import EventDepth, EventMetrics
from app.background.events import Envelope, EventType
from app.background.handlers import Handler
from app.background.messages import Message
from app.background.models import Job
from app.background.outbox import OutboxRow, emit
from app.background.relay import Relay
from app.background.work import Work
from app.core import fields
from app.core.database import Database, uuid7
from app.settings import Settings


class Said(Message):
    """What the events of these tests say."""

    word: Annotated[str, fields.String()]


SAID = EventType("said", Said)


class Listener:
    """A handler that keeps what it saw, and asks for a job for each event; it fails when told."""

    def __init__(self, name: str = "listen") -> None:
        self.handler = Handler(name, SAID, self.hear)
        self.seen: list[str] = []
        # How often it fails with a word.
        self.failures: dict[str, int] = defaultdict(int)

    async def hear(self, event: Envelope[Said], session: AsyncSession) -> None:
        self.seen.append(event.data.word)
        session.add(Job(name=event.data.word, arguments={}))
        if self.failures[event.data.word]:
            self.failures[event.data.word] -= 1
            raise ConnectionResetError("shop is closed")


class Process:
    """A process that works on events."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        carrier: Carrier,
        handlers: Sequence[Handler[Any]],
    ) -> None:
        registry = CollectorRegistry()
        metrics = EventMetrics(registry)
        self.carrier = carrier
        self.relay = Relay(database, carrier, metrics)
        self.consumers = [Consumer(database, settings, each, carrier, metrics) for each in handlers]
        self.work = Work(
            [self.relay, *self.consumers],
            [EventDepth(database, carrier)],
            registry,
            drain_seconds=5,
            check=carrier.check,
            close=carrier.close,
        )

    def count(self, name: str, **labels: str) -> float:
        """What was counted so far."""
        return self.work.registry.get_sample_value(name, labels) or 0.0


@asynccontextmanager
async def running(process: Process) -> AsyncIterator[Process]:
    """Let a process work while the block lasts."""
    async with process.work.running():
        yield process


async def say(database: Database, *words: str, subject: UUID | None = None) -> None:
    """Tell of events, each in a transaction of its own."""
    for word in words:
        async with database.write() as session:
            await emit(session, SAID, subject or uuid7(), Said(word=word))


async def effects(database: Database) -> list[str]:
    """What handlers have done, in the order of the words."""
    async with database.read() as session:
        return sorted(await session.scalars(select(Job.name)))


async def outbox(database: Database) -> list[dict[str, Any]]:
    """The messages of the outbox, oldest first."""
    async with database.read() as session:
        rows = await session.scalars(select(OutboxRow.envelope).order_by(OutboxRow.position))
        return [json.loads(text) for text in rows]

"""The broker of the tests: the table."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select

from app.background import broker
from app.background.broker import TableBroker
from app.background.handlers import Handler
from app.background.outbox import EventDelivery
from app.core.database import Database, uuid7


class Bench:
    """What tests do with a broker, whichever it is."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def carrier(self, handlers: Sequence[Handler[Any]]) -> TableBroker:
        """The broker, as a new process sees it."""
        return TableBroker(self.database, handlers)

    async def put(self, handler: Handler[Any], text: bytes) -> None:
        """Have a message delivered to a handler."""
        async with self.database.write() as session:
            letter = EventDelivery(handler=handler.name, event_id=uuid7(), position=1)
            letter.envelope = text.decode(errors="replace")
            session.add(letter)

    async def dead(self, handler: Handler[Any]) -> list[tuple[str, int]]:
        """The dead letters of a handler: error and attempts."""
        dead = select(EventDelivery).where(
            EventDelivery.handler == handler.name,
            EventDelivery.status == "failed",
        )
        async with self.database.read() as session:
            found = await session.scalars(dead.order_by(EventDelivery.event_id))
            return [(each.error or "", each.attempts) for each in found]


@pytest.fixture
async def bench(database: Database, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """The broker, in a hurry."""
    monkeypatch.setattr(broker, "POLL_SECONDS", 0.02)
    return Bench(database)

"""The broker of this service: its own database."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import ColumnElement

from app.background.carrier import Delivery, Inbox
from app.background.handlers import Handler
from app.background.outbox import EventDelivery, OutboxRow
from app.background.sources import JobSource, TableSource
from app.background.work import Part, Stop
from app.core.database import Database, changed_rows, now_ms
from app.settings import Settings

POLL_SECONDS = 0.25


def make_carrier(
    database: Database,
    _settings: Settings,
    handlers: Sequence[Handler[Any]],
) -> "TableBroker":
    """The broker."""
    return TableBroker(database, handlers)


class TableBroker:
    """Carries messages in the table of deliveries."""

    def __init__(self, database: Database, handlers: Sequence[Handler[Any]]) -> None:
        self.database = database
        self.handlers = handlers
        # What waits since before is what another process may have died of.
        self._started = now_ms()

    async def ready(self) -> None:
        """The database is there, or says so itself."""

    async def publish(self, session: AsyncSession, rows: Sequence[OutboxRow]) -> None:
        """Put each message into the queue of each handler that wants it."""
        for row in rows:
            for handler in self.handlers:
                if handler.event.name == row.type:
                    session.add(_delivery(handler.name, row))
        await session.flush()

    async def feed(self, handler: Handler[Any], inbox: Inbox, stop: Stop) -> None:
        """Put what waits into the inbox, oldest first."""
        held: set[UUID] = set()
        while not stop.wanted:
            for waiting in await self._waiting(handler, held, inbox.room):
                held.add(waiting.event_id)
                inbox.put(self._message(waiting, held))
            await stop.within(POLL_SECONDS)

    async def _waiting(
        self,
        handler: Handler[Any],
        held: set[UUID],
        room: int,
    ) -> Sequence[EventDelivery]:
        if not room:
            return ()
        statement = (
            select(EventDelivery)
            .where(_is(handler, "pending"), EventDelivery.event_id.not_in(held))
            .order_by(EventDelivery.position)
            .limit(room)
        )
        async with self.database.read() as session:
            return (await session.scalars(statement)).all()

    def _message(self, waiting: EventDelivery, held: set[UUID]) -> Delivery:
        async def done() -> None:
            held.discard(waiting.event_id)

        async def dead(error: str, attempts: int) -> None:
            burial = (
                update(EventDelivery)
                .where(
                    EventDelivery.handler == waiting.handler,
                    EventDelivery.event_id == waiting.event_id,
                )
                .values(status="failed", error=error, attempts=attempts)
            )
            async with self.database.write() as session:
                await session.execute(burial)
            held.discard(waiting.event_id)

        text = (waiting.envelope or "").encode()
        return Delivery(text, waiting.created_at < self._started, done, dead)

    async def depths(self) -> Mapping[str, int]:
        """Messages that wait for each handler, and its dead letters."""
        count = select(EventDelivery.handler, EventDelivery.status, func.count())
        count = count.where(EventDelivery.status != "done")
        count = count.group_by(EventDelivery.handler, EventDelivery.status)
        async with self.database.read() as session:
            found = {(name, status): many for name, status, many in await session.execute(count)}
        depths: dict[str, int] = {}
        for handler in self.handlers:
            depths[handler.name] = found.get((handler.name, "pending"), 0)
            depths[f"{handler.name}.dlq"] = found.get((handler.name, "failed"), 0)
        return depths

    async def replay(self) -> Mapping[str, int]:
        """Put all dead letters back."""
        back: dict[str, int] = {}
        for handler in self.handlers:
            statement = update(EventDelivery).where(_is(handler, "failed"))
            values = {"status": "pending", "attempts": 0, "error": None, "created_at": now_ms()}
            async with self.database.write() as session:
                done = await session.execute(statement.values(**values))
                back[handler.name] = changed_rows(done)
        return back

    async def check(self) -> Mapping[str, Literal["up", "down"]]:
        """Nothing but the database, which is checked anyway."""
        return {}

    def source(self) -> JobSource:
        """The table of jobs."""
        return TableSource(self.database)

    def parts(self) -> Sequence[Part]:
        """Nothing else has to run."""
        return ()

    async def close(self) -> None:
        """Nothing is open."""


def _delivery(handler: str, row: OutboxRow) -> EventDelivery:
    return EventDelivery(
        handler=handler,
        event_id=row.id,
        subject=row.subject,
        position=row.position,
        envelope=row.envelope,
    )


def _is(handler: Handler[Any], status: str) -> ColumnElement[bool]:
    return (EventDelivery.handler == handler.name) & (EventDelivery.status == status)

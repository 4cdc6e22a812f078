"""The outbox: events are kept in the transaction of the write, and go out once it is committed."""

from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Integer, delete, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from app.background.events import Envelope, EventType, happened
from app.core.answers import Wire
from app.core.config import CoreSettings
from app.core.database import Base, BigInt, CodepointString, Database, UtcDateTime, Uuid, now_ms
from app.core.naming import kebab_case
from app.core.outbox import Outbox
from app.core.repository import Target

KEPT = timedelta(days=7)
D = TypeVar("D", bound=Wire)


class OutboxRow(Base):
    """A message that goes out, or has gone."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("uq_outbox_id", "id", unique=True),
        Index(None, "published_at", "position"),
        {"sqlite_autoincrement": True},
    )

    # Counted where the row that was written is locked: its messages have the order of its versions.
    position: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=True)
    id: Mapped[UUID] = mapped_column(Uuid)
    type: Mapped[str] = mapped_column(CodepointString(100))
    subject: Mapped[UUID] = mapped_column(Uuid)
    envelope: Mapped[str] = mapped_column(CodepointString())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now_ms)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class EventDelivery(Base):
    """What a handler has done with an event; without a queue, also what waits for it."""

    __tablename__ = "event_deliveries"
    __table_args__ = (
        CheckConstraint("status IN ('pending', 'done', 'failed')", name="status"),
        Index(None, "handler", "status", "position"),
        Index(None, "done_at"),
    )

    handler: Mapped[str] = mapped_column(CodepointString(100), primary_key=True)
    event_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    status: Mapped[str] = mapped_column(CodepointString(10), default="pending")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    error: Mapped[str | None] = mapped_column(CodepointString())
    subject: Mapped[UUID | None] = mapped_column(Uuid)
    position: Mapped[int | None] = mapped_column(BigInt)
    envelope: Mapped[str | None] = mapped_column(CodepointString())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now_ms)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


async def emit(session: AsyncSession, kind: EventType[D], subject: UUID, data: D) -> None:
    """Tell of something once this transaction is committed; a rolled-back one tells nothing."""
    await _keep(session, happened(kind.name, subject, data))


async def _keep(session: AsyncSession, event: Envelope[Any]) -> None:
    # At once, while the row that it is about is locked.
    await session.execute(
        insert(OutboxRow).values(
            id=event.id,
            type=event.type,
            subject=event.subject,
            envelope=event.text(),
            created_at=event.time,
        )
    )


class TableOutbox(Outbox):
    """Tells of rows as they are answered to somebody who sees all of them."""

    async def look(self, session: AsyncSession, target: Target[Any, Any], row: Any) -> Wire:
        found: Wire = (await target.answers(session, [row]))[0]
        return found

    async def tell(
        self,
        session: AsyncSession,
        target: Target[Any, Any],
        row: Any,
        change: str,
        last: Wire | None = None,
    ) -> None:
        data = last or await self.look(session, target, row)
        await self.emit(session, f"{kebab_case(target.name)}.{change}", row.id, data)

    async def emit(
        self,
        session: AsyncSession,
        event_type: str,
        subject: UUID,
        data: Wire,
    ) -> None:
        await _keep(session, happened(event_type, subject, data))


async def forget_old_events(database: Database, _settings: CoreSettings) -> None:
    """Delete messages that went out long ago, and what was done with them."""
    old = now_ms() - KEPT
    async with database.write() as session:
        await session.execute(delete(OutboxRow).where(OutboxRow.published_at < old))
        await session.execute(delete(EventDelivery).where(EventDelivery.done_at < old))

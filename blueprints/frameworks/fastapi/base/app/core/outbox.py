"""Where writes are told of, in their own transaction. In this service nobody listens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.answers import Wire
    from app.core.repository import Target


class Outbox:
    """What writers ask; without listeners it does nothing."""

    async def look(
        self,
        _session: AsyncSession,
        _target: Target[Any, Any],
        _row: Any,
    ) -> Wire | None:
        """What a row is now, for one that is about to go."""
        return None

    async def tell(
        self,
        _session: AsyncSession,
        _target: Target[Any, Any],
        _row: Any,
        _change: str,
        _last: Wire | None = None,
    ) -> None:
        """Tell that a row was created, updated or deleted; `last` is what it was."""

    async def emit(
        self,
        _session: AsyncSession,
        _event_type: str,
        _subject: UUID,
        _data: Wire,
    ) -> None:
        """Tell of something else that happened to a row."""

"""A place between the service and its database where answers are kept. This one keeps none."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar
from uuid import UUID

if TYPE_CHECKING:
    from prometheus_client.core import Metric
    from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

    from app.core.answers import Answer, Page
    from app.core.repository import Repository

A = TypeVar("A", bound="Answer")


@dataclass(frozen=True)
class Kept(Generic[A]):
    """A row as it is answered, and whose it is: whoever asks, his access is judged anew."""

    answer: A
    owner_id: UUID | None


class Cache:
    """What the database, the readers and the limits ask; without a cache each does its own work."""

    def watch(self, engine: AsyncEngine) -> None:
        """Notice what is written on this engine."""

    def announce(self, _session: AsyncSession) -> AbstractAsyncContextManager[None]:
        """Surround the commit of what a session has written."""
        return nullcontext()

    async def row(
        self,
        _repository: Repository[Any, A],
        _row_id: UUID,
        load: Callable[[], Awaitable[Kept[A]]],
    ) -> Kept[A]:
        """One row, kept or loaded."""
        return await load()

    async def page(
        self,
        _repository: Repository[Any, A],
        _name: str,
        load: Callable[[], Awaitable[Page[A]]],
    ) -> Page[A]:
        """The first page of a list, kept or loaded; the name tells it from others."""
        return await load()

    async def count(self, _key: str) -> tuple[int, int] | None:
        """Count a request: how many there were, and the seconds until the next window.

        None when each process counts by itself.
        """
        return None

    async def check(self) -> dict[str, Literal["up", "down"]]:
        """What probes are told."""
        return {}

    def metrics(self) -> Iterable[Metric]:
        """What Prometheus is told."""
        return ()

    async def close(self) -> None:
        """Close connections."""

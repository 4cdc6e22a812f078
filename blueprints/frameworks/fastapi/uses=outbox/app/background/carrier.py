"""What a broker does for events, whichever it is."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from app.background.handlers import Handler
from app.background.outbox import OutboxRow
from app.background.sources import JobSource
from app.background.work import Part, Stop


@dataclass(frozen=True)
class Delivery:
    """A message for a handler, and how to tell the broker what came of it."""

    text: bytes
    # Whether somebody had it before, who may have died of it.
    again: bool
    done: Callable[[], Awaitable[None]]
    # Keeps it as a dead letter: with its error, after so many attempts.
    dead: Callable[[str, int], Awaitable[None]]


class Inbox(Protocol):
    """Where a broker puts the messages of a handler."""

    @property
    def room(self) -> int:
        """How many more may be put in now."""

    def put(self, delivery: Delivery) -> None:
        """Take a message."""


class Carrier(Protocol):
    """A broker. What it cannot do now raises `AwayError`."""

    async def ready(self) -> None:
        """Make sure that it answers, and has a place for each handler."""

    async def publish(self, session: AsyncSession, rows: Sequence[OutboxRow]) -> None:
        """Send messages in this order; returns when all are safe."""

    async def feed(self, handler: Handler[Any], inbox: Inbox, stop: Stop) -> None:
        """Put the messages of a handler into its inbox, until asked to stop."""

    async def depths(self) -> Mapping[str, int]:
        """Messages that wait for each handler, and its dead letters."""

    async def replay(self) -> Mapping[str, int]:
        """Put all dead letters back; returns how many for each handler."""

    async def check(self) -> Mapping[str, Literal["up", "down"]]:
        """What probes are told."""

    def source(self) -> JobSource:
        """Who tells of jobs."""

    def parts(self) -> Sequence[Part]:
        """What else has to run."""

    async def close(self) -> None:
        """Close connections."""

"""What a handler is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from app.background.events import Envelope, EventType
from app.core.answers import Wire

D = TypeVar("D", bound=Wire)


@dataclass(frozen=True)
class Handler(Generic[D]):
    """A function that is called with each event of a type.

    What it does through its session happens once for each event. What it does elsewhere may happen
    again: give others the event's id, so that they can tell.
    """

    name: str
    event: EventType[D]
    function: Callable[[Envelope[D], AsyncSession], Awaitable[None]]

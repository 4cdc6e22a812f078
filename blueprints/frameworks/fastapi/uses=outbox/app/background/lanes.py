"""Messages of a handler: those of one subject one after another, the others side by side."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

from app.background.work import Stop

# Messages that are held at once.
HELD = 20


class Lanes:
    """One lane for each subject."""

    def __init__(self) -> None:
        self.closing = Stop()
        self._last: dict[UUID, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def room(self) -> int:
        """How many more may come."""
        return HELD - len(self._tasks)

    def add(self, subject: UUID, work: Callable[[], Awaitable[None]]) -> None:
        """Do this after everything else of its subject."""
        task = asyncio.create_task(self._after(self._last.get(subject), work))
        self._last[subject] = task
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._forget(subject, done))

    def abandon(self) -> None:
        """Give up what has begun."""
        self.closing.ask()
        for task in self._tasks:
            task.cancel()

    async def close(self) -> None:
        """Begin nothing new, and finish what has begun."""
        self.closing.ask()
        try:
            await asyncio.gather(*self._tasks, return_exceptions=True)
        finally:
            self.abandon()

    async def _after(
        self,
        previous: asyncio.Task[None] | None,
        work: Callable[[], Awaitable[None]],
    ) -> None:
        if previous is not None:
            await asyncio.wait([previous])
        if not self.closing.wanted:
            await work()

    def _forget(self, subject: UUID, done: asyncio.Task[None]) -> None:
        self._tasks.discard(done)
        if self._last.get(subject) is done:
            del self._last[subject]

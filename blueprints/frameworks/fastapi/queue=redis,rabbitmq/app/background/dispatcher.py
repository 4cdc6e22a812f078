"""Tells the broker of jobs that are due."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from sqlalchemy import Select, or_, update

from app.background.models import Job
from app.background.sources import due_jobs
from app.background.work import Loop
from app.core.database import Database, now_ms

BATCH = 100
# What the broker was told of so long ago it has lost.
LOST_AFTER = timedelta(minutes=10)


class JobSender(Protocol):
    """A broker, as the dispatcher sees it."""

    async def ready(self) -> None:
        """Make sure that it answers."""

    async def send_jobs(self, jobs: Sequence[tuple[str, UUID]]) -> None:
        """Put ids into queues; returns when all are safe."""


class Dispatcher(Loop):
    """One at a time works, whatever the number of processes."""

    def __init__(self, database: Database, broker: JobSender) -> None:
        self.database = database
        self.broker = broker

    async def step(self) -> bool:
        """Send one batch; tells whether there may be more."""
        async with self.database.read() as session:
            if await session.scalar(_unsent().limit(1)) is None:
                return False
        # Nobody else is kept from writing while the broker is looked for.
        await self.broker.ready()
        async with self.database.write() as session:
            await self.database.lock(session, "dispatch")
            jobs = (await session.scalars(_unsent().limit(BATCH))).all()
            await self.broker.send_jobs([(job.queue, job.id) for job in jobs])
            sent = update(Job).where(Job.id.in_([job.id for job in jobs]))
            await session.execute(sent.values(sent_at=now_ms()))
        return len(jobs) == BATCH


def _unsent() -> Select[Job]:
    lost = Job.sent_at < now_ms() - LOST_AFTER
    return due_jobs().where(or_(Job.sent_at.is_(None), lost))

"""Where the ids of jobs that are due come from."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from sqlalchemy import Select, case, select

from app.background.jobs import QUEUES
from app.background.models import Job
from app.core.database import Database, now_ms

URGENCY = case({name: place for place, name in enumerate(QUEUES)}, value=Job.queue)


@dataclass(frozen=True)
class Ticket:
    """The id of a job that is due, and what to do once it has been taken."""

    job_id: UUID
    settle: Callable[[], Awaitable[None]]


class JobSource(Protocol):
    """Whoever tells a worker of jobs."""

    async def next(self) -> Ticket | None:
        """The most urgent job at hand."""


def due_jobs() -> Select[Job]:
    """The jobs that are due, the most urgent first, and of those the oldest."""
    due = select(Job).where(Job.status == "pending", Job.run_at <= now_ms())
    return due.order_by(URGENCY, Job.run_at, Job.id)


class TableSource:
    """The table itself."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def next(self) -> Ticket | None:
        async with self.database.read() as session:
            job = await session.scalar(due_jobs().limit(1))
        return Ticket(job.id, _nothing) if job else None


async def _nothing() -> None:
    """The table knows by itself that a job was taken."""

"""What a job is, and asking for one in the transaction of the write that needs it."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, Literal, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.background.messages import Message
from app.background.models import Job
from app.core.database import Database
from app.settings import Settings

Queue = Literal["high", "default", "low"]
# The most urgent one first.
QUEUES: tuple[Queue, ...] = ("high", "default", "low")

M = TypeVar("M", bound=Message)


class NoArguments(Message):
    """What a job is given that needs to know nothing."""


@dataclass(frozen=True)
class JobContext:
    """What a job works with."""

    database: Database
    settings: Settings
    job_id: UUID
    # The first one is 1.
    attempt: int = 1


@dataclass(frozen=True)
class JobKind(Generic[M]):
    """A function with what it is given, and how it is run.

    A job runs at least once: when its process dies, or only seems to have died, it runs again.
    """

    name: str
    function: Callable[[JobContext, M], Awaitable[None]]
    arguments: type[M]
    queue: Queue = "default"
    attempts: int = 5
    # Five fields as of cron, in UTC.
    schedule: str | None = None


def enqueue(session: AsyncSession, kind: JobKind[M], arguments: M) -> Job:
    """Have a job run once this transaction is committed; a rolled-back one asks for nothing.

    Arguments are kept in clear: pass ids, never secrets.
    """
    values = arguments.model_dump(mode="json")
    job = Job(name=kind.name, queue=kind.queue, arguments=values)
    session.add(job)
    return job


def pause_after(attempt: int, base_ms: int) -> timedelta:
    """How long to wait after a failed attempt: twice as long each time, and never all at once."""
    whole = base_ms * 2 ** (attempt - 1)
    return timedelta(milliseconds=whole + secrets.randbelow(whole // 2 + 1))

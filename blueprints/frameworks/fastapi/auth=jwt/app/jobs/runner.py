"""Runs the jobs of the job table inside the service."""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from sqlalchemy import delete, select, update

from app.core.database import Database, changed, now_ms
from app.core.errors import ApiError
from app.jobs.models import Job
from app.jobs.registry import HANDLERS, PERIODIC
from app.settings import Settings

log = logging.getLogger(__name__)

ATTEMPTS = 5
POLL_SECONDS = 0.5
TROUBLE_SECONDS = 5.0
PERIOD_SECONDS = 3600.0
# How long a job may take before it is believed lost with its process, and run again.
LEASE = timedelta(minutes=2)


class JobRunner:
    """Takes due jobs one after another. A job runs at least once, whatever crashes."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.settings = settings

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run jobs while the block lasts; the one being run at its end is finished."""
        stopping = asyncio.Event()
        tasks = [
            asyncio.create_task(self._work(stopping)),
            asyncio.create_task(self._tidy(stopping)),
        ]
        try:
            yield
        finally:
            stopping.set()
            await asyncio.gather(*tasks)

    async def run_due(self) -> int:
        """Run every job that is due; return how many were tried."""
        tried = 0
        while job := await self._claim():
            tried += 1
            await self._run(job)
        return tried

    async def _work(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            try:
                job = await self._claim()
                if job is not None:
                    await self._run(job)
                    continue
                pause = POLL_SECONDS
            except ApiError:
                pause = POLL_SECONDS  # The database is away; it has been logged.
            except Exception:
                # Such as a database that nobody has migrated yet.
                log.exception("cannot use the table of jobs")
                pause = TROUBLE_SECONDS
            await _wait(stopping, pause)

    async def _tidy(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            for tidy in PERIODIC:
                try:
                    await tidy(self.database, self.settings)
                except ApiError:
                    pass  # The database is away; it has been logged.
                except Exception:
                    log.exception("cannot tidy up")
            await _wait(stopping, PERIOD_SECONDS)

    async def _claim(self) -> Job | None:
        """Take the job that has been due longest; others see it only when its lease has ended."""
        now = now_ms()
        due = (
            select(Job)
            .where(Job.status == "pending", Job.run_at <= now)
            .order_by(Job.run_at, Job.id)
            .limit(1)
        )
        async with self.database.read() as session:
            job = await session.scalar(due)
        if job is None:
            return None
        claim = (
            update(Job)
            .where(Job.id == job.id, Job.run_at == job.run_at, Job.status == "pending")
            .values(run_at=now + LEASE, attempts=Job.attempts + 1)
        )
        async with self.database.write() as session:
            claimed = await session.execute(claim)
            return await session.get(Job, job.id) if changed(claimed) else None

    async def _run(self, job: Job) -> None:
        try:
            await HANDLERS[job.name](self.database, self.settings, job.arguments)
        except Exception as error:
            await self._failed(job, error)
            return
        async with self.database.write() as session:
            await session.execute(delete(Job).where(Job.id == job.id))

    async def _failed(self, job: Job, error: Exception) -> None:
        """Try again later, twice as late each time and never all at once; give up in the end."""
        last = job.attempts >= ATTEMPTS
        log.error(
            "job failed",
            exc_info=error,
            extra={"job": job.name, "jobId": str(job.id), "attempt": job.attempts},
        )
        base = self.settings.job_retry_base_ms * 2 ** (job.attempts - 1)
        pause = base + secrets.randbelow(base // 2 + 1)
        values = {
            "status": "failed" if last else "pending",
            "run_at": now_ms() + timedelta(milliseconds=pause),
            "error": f"{type(error).__name__}: {error}",
        }
        async with self.database.write() as session:
            await session.execute(update(Job).where(Job.id == job.id).values(**values))


async def _wait(stopping: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stopping.wait(), seconds)

"""Runs jobs: the most urgent first, several at once, each until it is done or given up."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.sql import ColumnElement

from app.background.jobs import JobContext, JobKind, pause_after
from app.background.metrics import JobMetrics
from app.background.models import Job
from app.background.sources import JobSource
from app.background.work import Stop, trouble
from app.core.database import Database, changed, now_ms
from app.core.errors import ApiError
from app.settings import Settings

log = logging.getLogger(__name__)

SLOTS = 5
POLL_SECONDS = 0.25
# Who has a job loses it when he says nothing for so long.
LEASE = timedelta(seconds=30)
RENEW_SECONDS = 10.0
TIME_LIMIT_SECONDS = 300.0


class LostError(Exception):
    """The process that ran a job is gone, and this was its last attempt."""


class JobRunner:
    """Takes jobs from a source into free slots."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        kinds: Sequence[JobKind[Any]],
        source: JobSource,
        metrics: JobMetrics,
    ) -> None:
        self.database = database
        self.settings = settings
        self.kinds: Mapping[str, JobKind[Any]] = {kind.name: kind for kind in kinds}
        self.source = source
        self.metrics = metrics
        self._running: set[asyncio.Task[None]] = set()

    async def run(self, stop: Stop) -> None:
        """Run jobs until asked to stop, then finish those that run."""
        try:
            while not stop.wanted:
                await stop.within(await self._fill())
            await asyncio.gather(*self._running)
        finally:
            for task in self._running:
                task.cancel()

    async def run_due(self) -> int:
        """Run every job that is due, one after another; return how many were tried."""
        tried = 0
        while job := await self._take():
            tried += 1
            await self._attempt(job)
        return tried

    async def _fill(self) -> float:
        """Take jobs into the free slots; returns how long to wait before looking again."""
        while len(self._running) < SLOTS:
            try:
                job = await self._take()
            except Exception as error:
                return trouble(error, "jobs")
            if job is None:
                return POLL_SECONDS
            task = asyncio.create_task(self._attempt(job))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        await asyncio.wait(self._running, timeout=POLL_SECONDS, return_when="FIRST_COMPLETED")
        return 0.0

    async def _take(self) -> Job | None:
        """The next job, for the length of a lease; others see it only when that has ended."""
        while ticket := await self.source.next():
            now = now_ms()
            claim = (
                update(Job)
                .where(Job.id == ticket.job_id, Job.status == "pending", Job.run_at <= now)
                .values(run_at=now + LEASE, attempts=Job.attempts + 1, sent_at=None)
            )
            async with self.database.write() as session:
                mine = changed(await session.execute(claim))
                job = await session.get(Job, ticket.job_id) if mine else None
            await ticket.settle()
            if job is not None:
                return job
        return None

    async def _attempt(self, job: Job) -> None:
        started = time.perf_counter()
        try:
            outcome = await self._outcome(job)
        except ApiError:
            # Nothing can be noted while the database is away; when the lease ends it runs again.
            outcome = "retry"
        self.metrics.observe(job.name, outcome, time.perf_counter() - started)

    async def _outcome(self, job: Job) -> str:
        kind = self.kinds.get(job.name)
        limit = kind.attempts if kind else 0
        try:
            if kind is None:
                raise LookupError(f"there is no job {job.name}")
            if job.attempts > limit:
                raise LostError("the process that ran it is gone")
            async with self._leased(job), asyncio.timeout(TIME_LIMIT_SECONDS):
                context = JobContext(self.database, self.settings, job.id, job.attempts)
                await kind.function(context, kind.arguments.model_validate(job.arguments))
        except Exception as error:
            return await self._failed(job, error, last=job.attempts >= limit)
        async with self.database.write() as session:
            await session.execute(delete(Job).where(_still_mine(job)))
        return "done"

    @asynccontextmanager
    async def _leased(self, job: Job) -> AsyncIterator[None]:
        """Keep the job while the block lasts."""
        renewing = asyncio.create_task(self._renew(job))
        try:
            yield
        finally:
            renewing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await renewing

    async def _renew(self, job: Job) -> None:
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            renewal = update(Job).where(_still_mine(job)).values(run_at=now_ms() + LEASE)
            with contextlib.suppress(ApiError):
                async with self.database.write() as session:
                    await session.execute(renewal)

    async def _failed(self, job: Job, error: Exception, *, last: bool) -> str:
        """Try again later; give up in the end."""
        log.error(
            "job failed",
            exc_info=error,
            extra={"job": job.name, "jobId": str(job.id), "attempt": job.attempts},
        )
        values = {
            "status": "failed" if last else "pending",
            "run_at": now_ms() + pause_after(job.attempts, self.settings.job_retry_base_ms),
            "error": f"{type(error).__name__}: {error}",
        }
        async with self.database.write() as session:
            await session.execute(update(Job).where(_still_mine(job)).values(**values))
        return "failed" if last else "retry"


def _still_mine(job: Job) -> ColumnElement[bool]:
    """Whether nobody else has taken the job meanwhile."""
    return (Job.id == job.id) & (Job.attempts == job.attempts) & (Job.status == "pending")

"""What the tests of the work in the background share."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from prometheus_client import CollectorRegistry

from app.background.jobs import JobKind
from app.background.metrics import JobMetrics
from app.background.runner import JobRunner
from app.background.sources import TableSource
from app.core.database import Database
from app.settings import Settings
from app.work import JOBS

PATIENCE_SECONDS = 30.0


def make_runner(
    database: Database,
    settings: Settings,
    kinds: Sequence[JobKind[Any]] = JOBS,
    registry: CollectorRegistry | None = None,
) -> JobRunner:
    """A runner that takes jobs from the table, with numbers of its own."""
    metrics = JobMetrics(registry or CollectorRegistry())
    return JobRunner(database, settings, kinds, TableSource(database), metrics)


async def run_jobs(database: Database, settings: Settings) -> int:
    """Run the jobs of this service that are due; returns how many were tried."""
    return await make_runner(database, settings).run_due()


async def until(condition: Callable[[], Awaitable[Any]]) -> None:
    """Wait until this holds; a test that waits in vain fails."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await condition():  # noqa: ASYNC110 - nobody could tell
            await asyncio.sleep(0.02)

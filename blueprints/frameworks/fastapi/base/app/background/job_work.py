"""Puts together who works on jobs."""

from collections.abc import Sequence
from typing import Any

from prometheus_client import CollectorRegistry

from app.background.jobs import JobKind
from app.background.metrics import JobDepth, JobMetrics
from app.background.runner import JobRunner
from app.background.schedules import Schedules
from app.background.sources import TableSource
from app.background.work import Work
from app.core.database import Database
from app.settings import Settings


def job_work(database: Database, settings: Settings, jobs: Sequence[JobKind[Any]]) -> Work:
    """Jobs and schedules."""
    registry = CollectorRegistry()
    source = TableSource(database)
    runner = JobRunner(database, settings, jobs, source, JobMetrics(registry))
    return Work(
        [runner, Schedules(database, jobs)],
        [JobDepth(database)],
        registry,
        drain_seconds=settings.drain_seconds,
    )

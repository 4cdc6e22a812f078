"""All work in the background: the jobs of this service."""

from typing import Any

from app.background.cleanup import clean_up
from app.background.job_work import job_work
from app.background.jobs import JobKind
from app.background.work import Work
from app.core.database import Database
from app.core.idempotency import forget_old_keys
from app.settings import Settings

CLEAN_UP = clean_up(forget_old_keys)

JOBS: list[JobKind[Any]] = [CLEAN_UP]


def make_work(database: Database, settings: Settings) -> Work:
    """Whoever does it, in this process."""
    return job_work(database, settings, JOBS)

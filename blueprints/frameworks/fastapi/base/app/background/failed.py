"""`make jobs-failed` and `make jobs-retry`: the jobs that were given up, and putting them back."""

import asyncio
import sys
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, update

from app.background.models import Job
from app.core.config import load_settings
from app.core.database import Database, changed_rows, now_ms
from app.settings import Settings


async def failed_jobs(database: Database) -> Sequence[Job]:
    """The jobs that were given up, oldest first."""
    statement = select(Job).where(Job.status == "failed").order_by(Job.id)
    async with database.read() as session:
        return (await session.scalars(statement)).all()


async def retry_jobs(database: Database, ids: Sequence[UUID] = ()) -> int:
    """Put failed jobs back, all or those named; returns how many."""
    statement = (
        update(Job)
        .where(Job.status == "failed")
        .values(status="pending", attempts=0, run_at=now_ms(), sent_at=None, error=None)
    )
    if ids:
        statement = statement.where(Job.id.in_(ids))
    async with database.write() as session:
        return changed_rows(await session.execute(statement))


async def run(settings: Settings, arguments: Sequence[str]) -> str:
    """Do what the command line says; returns what to print."""
    action, *ids = arguments
    database = Database(settings)
    try:
        if action == "retry":
            count = await retry_jobs(database, [UUID(each) for each in ids])
            return f"{count} put back"
        jobs = await failed_jobs(database)
    finally:
        await database.close()
    lines = [f"{job.id}  {job.name}  attempts: {job.attempts}  {job.error}" for job in jobs]
    return "\n".join(lines or ["no failed jobs"])


def main() -> None:
    """List failed jobs, or put them back."""
    sys.stdout.write(asyncio.run(run(load_settings(Settings), sys.argv[1:])) + "\n")


if __name__ == "__main__":
    main()

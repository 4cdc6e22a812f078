"""The job that removes what nobody needs any more, every hour."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from sqlalchemy import delete

from app.background.jobs import JobContext, JobKind, NoArguments
from app.core.audit import AuditRow
from app.core.database import Database, now_ms
from app.settings import Settings

Cleaner = Callable[[Database, Settings], Awaitable[None]]


def clean_up(*cleaners: Cleaner) -> JobKind[NoArguments]:
    """The job that lets each of these remove what is old."""

    async def clean(context: JobContext, _: NoArguments) -> None:
        for cleaner in cleaners:
            await cleaner(context.database, context.settings)

    return JobKind("clean_up", clean, NoArguments, queue="low", schedule="0 * * * *")


async def forget_old_audit(database: Database, settings: Settings) -> None:
    """Delete audit entries that are older than they are to be kept; by default none is."""
    days = settings.audit_retention_days
    if days is None:
        return
    async with database.write() as session:
        old = now_ms() - timedelta(days=days)
        await session.execute(delete(AuditRow).where(AuditRow.at < old))

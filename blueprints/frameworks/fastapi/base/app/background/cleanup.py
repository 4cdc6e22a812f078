"""The job that removes what nobody needs any more, every hour."""

from collections.abc import Awaitable, Callable

from app.background.jobs import JobContext, JobKind, NoArguments
from app.core.database import Database
from app.settings import Settings

Cleaner = Callable[[Database, Settings], Awaitable[None]]


def clean_up(*cleaners: Cleaner) -> JobKind[NoArguments]:
    """The job that lets each of these remove what is old."""

    async def clean(context: JobContext, _: NoArguments) -> None:
        for cleaner in cleaners:
            await cleaner(context.database, context.settings)

    return JobKind("clean_up", clean, NoArguments, queue="low", schedule="0 * * * *")

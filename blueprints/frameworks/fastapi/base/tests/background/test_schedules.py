"""Schedules: each time once, however many look at the clock, and one for all that were missed."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from cronsim import CronSim
from sqlalchemy import func, select, update

from app.background.jobs import JobContext, JobKind, NoArguments
from app.background.models import Job, JobSchedule
from app.background.schedules import Schedules, last_time
from app.core.database import Database, now_ms
from app.work import JOBS

pytestmark = pytest.mark.anyio


async def nothing(_context: JobContext, _given: NoArguments) -> None:
    """A job that does nothing."""


KIND = JobKind("every_minute", nothing, NoArguments, queue="low", schedule="* * * * *")
YEARLY = JobKind("yearly", nothing, NoArguments, schedule="0 0 1 1 *")
OTHER = JobKind("only_asked_for", nothing, NoArguments)


async def asked_for(database: Database) -> int:
    async with database.read() as session:
        return await session.scalar(select(func.count()).select_from(Job)) or 0


async def fired_at(database: Database, moment: datetime) -> None:
    async with database.write() as session:
        await session.execute(update(JobSchedule).values(fired_at=moment))


async def test_a_name_that_is_new_starts_now(database: Database) -> None:
    # Once a year: no time of its own comes while this runs.
    schedules = Schedules(database, [YEARLY, OTHER])
    await schedules.step()
    async with database.read() as session:
        (row,) = await session.scalars(select(JobSchedule))
    assert row.name == "yearly"
    assert now_ms() - row.fired_at < timedelta(seconds=30)
    assert await asked_for(database) == 0


async def test_missed_times_fire_once_whoever_looks(database: Database) -> None:
    await Schedules(database, [KIND]).step()
    await fired_at(database, now_ms() - timedelta(hours=3))
    processes = [Schedules(database, [KIND]) for _ in range(3)]
    for _ in range(2):
        await asyncio.gather(*(each.step() for each in processes))
    # A minute may have begun meanwhile.
    assert await asked_for(database) in (1, 2)
    async with database.read() as session:
        job = await session.scalar(select(Job))
        row = await session.scalar(select(JobSchedule))
    assert job is not None
    assert (job.name, job.queue, job.arguments) == ("every_minute", "low", {})
    assert row is not None
    assert (row.fired_at.second, row.fired_at.microsecond) == (0, 0)


async def test_a_time_that_came_while_nothing_ran_is_made_up_for(database: Database) -> None:
    await Schedules(database, [YEARLY]).step()
    await fired_at(database, now_ms() - timedelta(days=400))
    for _ in range(2):
        await Schedules(database, [YEARLY]).step()
    assert await asked_for(database) == 1


@pytest.mark.parametrize(
    ("schedule", "now", "last"),
    [
        ("0 3 * * *", "2026-01-05T03:00:00", "2026-01-05T03:00:00"),
        ("0 3 * * *", "2026-01-05T02:59:59", "2026-01-04T03:00:00"),
        ("0 3 * * MON", "2026-01-06T12:00:00", "2026-01-05T03:00:00"),
        ("*/15 * * * *", "2026-01-05T03:29:00", "2026-01-05T03:15:00"),
        ("0 0 29 2 *", "2026-01-05T00:00:00", "2024-02-29T00:00:00"),
    ],
)
def test_the_last_time(schedule: str, now: str, last: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert last_time(schedule, moment) == datetime.fromisoformat(last).replace(tzinfo=UTC)


def test_every_schedule_of_this_service_is_one() -> None:
    for kind in JOBS:
        if kind.schedule:
            assert next(CronSim(kind.schedule, now_ms())) > now_ms()
            # What a schedule asks for is given nothing.
            assert kind.arguments() is not None

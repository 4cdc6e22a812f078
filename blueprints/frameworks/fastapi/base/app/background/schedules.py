"""Asks for jobs at their times: once, however many processes run, and once for those missed."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from cronsim import CronSim
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.background.jobs import JobKind, enqueue
from app.background.models import JobSchedule
from app.background.work import Loop
from app.core.database import Database, changed, now_ms


class Schedules(Loop):
    """The clock of all jobs that have a schedule."""

    pause_seconds = 0.5

    def __init__(self, database: Database, kinds: Iterable[JobKind[Any]]) -> None:
        self.database = database
        self.kinds = [(kind.schedule, kind) for kind in kinds if kind.schedule]
        self._fired: dict[str, datetime] = {}

    async def step(self) -> bool:
        """Ask for the jobs whose time has come."""
        if not self._fired:
            self._fired = await self._known()
        for schedule, kind in self.kinds:
            slot = last_time(schedule, now_ms())
            if slot > self._fired[kind.name]:
                await self._fire(kind, slot)
                self._fired[kind.name] = slot
        return False

    async def _known(self) -> dict[str, datetime]:
        """When each was last asked for; a name that is new starts now."""
        for _, kind in self.kinds:
            try:
                async with self.database.write() as session:
                    if await session.get(JobSchedule, kind.name) is None:
                        session.add(JobSchedule(name=kind.name, fired_at=now_ms()))
            except IntegrityError:
                pass  # Another process was quicker.
        async with self.database.read() as session:
            rows = await session.scalars(select(JobSchedule))
            return {row.name: row.fired_at for row in rows}

    async def _fire(self, kind: JobKind[Any], slot: datetime) -> None:
        """Ask for a job, unless another process has done so."""
        turn = (
            update(JobSchedule)
            .where(JobSchedule.name == kind.name, JobSchedule.fired_at < slot)
            .values(fired_at=slot)
        )
        async with self.database.write() as session:
            if changed(await session.execute(turn)):
                enqueue(session, kind, kind.arguments())


def last_time(schedule: str, now: datetime) -> datetime:
    """The last time of a schedule that has come."""
    # Backwards from the next second, as this one counts.
    return next(CronSim(schedule, now + timedelta(seconds=1), reverse=True))

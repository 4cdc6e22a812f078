"""What is removed when it is old."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.background.jobs import enqueue
from app.core.database import Database, now_ms
from app.core.idempotency import IdempotencyKey
from app.settings import Settings
from app.work import CLEAN_UP
from tests.background.common import make_runner

pytestmark = pytest.mark.anyio


async def test_old_keys_go(database: Database, settings: Settings) -> None:
    old = now_ms() - timedelta(days=31)
    async with database.write() as session:
        for age in (old, now_ms()):
            at = {"path": "p", "body": "b", "created_at": age}
            session.add(IdempotencyKey(key=str(age), caller="c", **at))
    async with database.write() as session:
        enqueue(session, CLEAN_UP, CLEAN_UP.arguments())
    assert await make_runner(database, settings, [CLEAN_UP]).run_due() == 1
    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(IdempotencyKey)) == 1


def test_it_is_done_every_hour() -> None:
    assert (CLEAN_UP.schedule, CLEAN_UP.queue) == ("0 * * * *", "low")

"""Audit entries: for good, unless somebody says how long."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.background.jobs import enqueue
from app.core.audit import AuditRow
from app.core.database import Base, Database, now_ms, uuid7
from app.work import CLEAN_UP
from tests.background.common import make_runner
from tests.conftest import SettingsFactory

pytestmark = pytest.mark.anyio


async def count(database: Database, table: type[Base]) -> int:
    async with database.read() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def test_audit_entries_go_only_when_somebody_says_so(
    database: Database,
    make_settings: SettingsFactory,
) -> None:
    old = now_ms() - timedelta(days=31)
    async with database.write() as session:
        for age in (old, now_ms()):
            session.add(AuditRow(entity="E", row_id=uuid7(), action="create", at=age))
    for days, left in ((None, 2), (30, 1)):
        async with database.write() as session:
            enqueue(session, CLEAN_UP, CLEAN_UP.arguments())
        settings = make_settings(audit_retention_days=days)
        assert await make_runner(database, settings, [CLEAN_UP]).run_due() == 1
        assert await count(database, AuditRow) == left

"""Without a queue the service itself does the work in the background."""

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from sqlalchemy import select

from app.background.jobs import enqueue
from app.background.models import Job
from app.core.database import Database
from app.work import CLEAN_UP
from tests.background.common import until
from tests.conftest import METRICS_TOKEN

pytestmark = pytest.mark.anyio


async def test_jobs_are_run_and_counted(
    app: FastAPI,
    client: AsyncClient,
    database: Database,
) -> None:
    async def done() -> bool:
        async with database.read() as session:
            return await session.scalar(select(Job).limit(1)) is None

    async with database.write() as session:
        enqueue(session, CLEAN_UP, CLEAN_UP.arguments())
    async with app.router.lifespan_context(app):
        await until(done)
        token = {"Authorization": f"Bearer {METRICS_TOKEN}"}
        answer = await client.get("http://test/metrics", headers=token)
    assert 'jobs_total{job="clean_up",outcome="done"} 1.0' in answer.text
    assert 'queue_depth{queue="low"} 0.0' in answer.text

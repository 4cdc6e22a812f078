"""The worker: a process of its own that answers probes, works, and ends when it is told to."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest
from sqlalchemy import select

from app import worker
from app.background.jobs import enqueue
from app.background.models import Job
from app.core.database import Database
from app.settings import Settings
from app.work import CLEAN_UP
from tests.background.common import until
from tests.bench import Bench
from tests.conftest import METRICS_TOKEN, SettingsFactory
from tests.environment import TEST_SETTINGS

pytestmark = pytest.mark.anyio

TOKEN = {"Authorization": f"Bearer {METRICS_TOKEN}"}


@asynccontextmanager
async def serving_worker(settings: Settings) -> AsyncIterator[httpx2.AsyncClient]:
    app = worker.create_worker(settings)
    transport = httpx2.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://worker") as client,
    ):
        yield client


async def no_jobs(database: Database) -> bool:
    async with database.read() as session:
        return await session.scalar(select(Job).limit(1)) is None


@pytest.mark.usefixtures("bench")
async def test_it_works_and_answers(settings: Settings, database: Database) -> None:
    async with serving_worker(settings) as client:
        async with database.write() as session:
            enqueue(session, CLEAN_UP, CLEAN_UP.arguments())
        await until(lambda: no_jobs(database))
        alive = await client.get("/healthz")
        assert (alive.status_code, alive.json()) == (200, {"status": "ok"})
        ready = await client.get("/readyz")
        assert ready.json() == {"status": "ok", "checks": {"database": "up", "broker": "up"}}
        assert (await client.get("/metrics")).status_code == 401
        text = (await client.get("/metrics", headers=TOKEN)).text
        assert 'jobs_total{job="clean_up",outcome="done"} 1.0' in text
        assert "outbox_pending 0.0" in text
        assert 'queue_depth{queue="high"} 0.0' in text
        assert (await client.get("/nothing")).status_code == 404


@pytest.mark.usefixtures("bench")
async def test_a_database_that_is_away(
    make_settings: SettingsFactory,
    unreachable_url: str,
) -> None:
    async with serving_worker(make_settings(database_url=unreachable_url)) as client:
        ready = await client.get("/readyz")
        assert ready.status_code == 503
        assert ready.json()["status"] == "unavailable"
        assert ready.json()["checks"]["database"] == "down"
        assert (await client.get("/healthz")).status_code == 200
        text = (await client.get("/metrics", headers=TOKEN)).text
        assert "outbox_pending" not in text


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


async def test_it_ends_on_sigterm(bench: Bench, settings: Settings, database: Database) -> None:
    port = free_port()
    given = {name.upper(): str(value) for name, value in TEST_SETTINGS.items()}
    environment = {**os.environ, **given, "DATABASE_URL": settings.database_url}
    environment |= {"WORKER_PORT": str(port), "METRICS_TOKEN": METRICS_TOKEN, "APP_ENV": "test"}
    # Queues for this test alone.
    start = (
        "from app.background import broker; from app.worker import main; "
        f"broker.PREFIX = {bench.prefix!r}; main()"
    )
    process = subprocess.Popen([sys.executable, "-c", start], env=environment)  # noqa: ASYNC220
    try:
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:

            async def ready() -> bool:
                try:
                    return (await client.get("/readyz")).status_code == 200
                except httpx2.TransportError:
                    return False

            await until(ready)
        async with database.write() as session:
            enqueue(session, CLEAN_UP, CLEAN_UP.arguments())
        await until(lambda: no_jobs(database))
        process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(process.wait, 30) == 0
    finally:
        process.kill()
        process.wait()


def test_the_port_is_that_of_the_worker(
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
) -> None:
    given: list[object] = []
    monkeypatch.setattr(worker, "load_settings", lambda _kind: settings)
    monkeypatch.setattr(worker, "serve", lambda *options: given.extend(options))
    worker.main()
    assert given == ["app.worker:create_worker", settings, settings.worker_port]

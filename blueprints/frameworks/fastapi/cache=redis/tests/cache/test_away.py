"""Redis away: at the start, in the middle, and back again."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from urllib.parse import urlsplit

import httpx2
import pytest

from app.cache import connection
from app.core.database import Database
from app.core.logging import configure_logging
from tests.cache.conftest import outcomes
from tests.conftest import SettingsFactory
from tests.core.machinery.desk import Desk, person
from tests.core.machinery.resources import FOLDERS
from tests.core.machinery.service import client_of, create_service
from tests.redis_url import TEST_REDIS_URL

pytestmark = pytest.mark.anyio

NOBODY = "redis://:hunter2@127.0.0.1:1/0"


class Wire:
    """A way to Redis that can be cut, or fall silent."""

    def __init__(self) -> None:
        known = urlsplit(TEST_REDIS_URL)
        self.host, self.port = known.hostname or "", known.port or 6379
        self.server: asyncio.Server | None = None
        self.own_port = 0
        self.open = asyncio.Event()
        self.open.set()
        self.tasks: set[asyncio.Task[None]] = set()
        self.writers: set[asyncio.StreamWriter] = set()

    @property
    def url(self) -> str:
        """As that of the server, by way of this."""
        known = urlsplit(TEST_REDIS_URL)
        user, at, _ = known.netloc.rpartition("@")
        return known._replace(netloc=f"{user}{at}127.0.0.1:{self.own_port}").geturl()

    async def start(self) -> None:
        """Let connections through."""
        self.server = await asyncio.start_server(self._accept, "127.0.0.1", self.own_port)
        self.own_port = self.server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """End all connections, and take no more."""
        assert self.server is not None
        self.server.close()
        for writer in self.writers:
            writer.close()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.server.wait_closed()
        self.writers.clear()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, answers = await asyncio.open_connection(self.host, self.port)
        self.writers |= {writer, answers}
        for ends in ((reader, answers), (there, writer)):
            task = asyncio.create_task(self._pass(*ends))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while chunk := await reader.read(65536):
                await self.open.wait()
                writer.write(chunk)
                await writer.drain()
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    found = Wire()
    await found.start()
    yield found
    found.open.set()
    await found.cut()


@pytest.fixture
async def wired(wire: Wire, user: Desk, make_settings: SettingsFactory) -> AsyncIterator[Desk]:
    """The user, served by a process that reaches Redis by this way."""
    database = Database(make_settings(redis_url=wire.url))
    yield Desk(database, user.caller)
    await database.close()


@pytest.mark.usefixtures("database")
async def test_the_service_starts_and_works_without_redis(
    make_settings: SettingsFactory,
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logging("info")
    settings = make_settings(redis_url=NOBODY, rate_limit_per_minute=9)
    lonely = Database(settings)
    service = create_service(settings, lonely, person("admin"))
    async with client_of(service) as http:
        row = (await http.post("/folders", json={"name": "a"})).json()
        changed = await http.patch(f"/folders/{row['id']}", json={"name": "b"})
        assert changed.status_code == 200
        for path in (f"/folders/{row['id']}", "/folders"):
            answer = await http.get(path)
            assert answer.status_code == 200
            assert '"name":"b"' in answer.text
        # Each process counts by itself.
        assert answer.headers["ratelimit-remaining"] == "5"
    assert await lonely.cache.check() == {"cache": "down"}
    assert set(outcomes(lonely)) == {"bypass"}
    await lonely.close()
    logged = capsys.readouterr().out
    assert logged.count("redis is away") == 1
    assert "hunter2" not in logged


async def test_probes_tell_of_the_cache_and_stay_200(
    client: httpx2.AsyncClient,
    database: Database,
    make_settings: SettingsFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    up = await client.get("http://test/readyz")
    assert up.json() == {"status": "ok", "checks": {"database": "up", "cache": "up"}}
    lonely = Database(make_settings(redis_url=NOBODY))
    with monkeypatch.context() as patch:
        patch.setattr(database, "cache", lonely.cache)
        down = await client.get("http://test/readyz")
    assert down.status_code == 200
    assert down.json() == {"status": "ok", "checks": {"database": "up", "cache": "down"}}
    await lonely.close()


async def test_a_write_while_redis_is_away_is_seen_when_it_is_back(
    user: Desk,
    wired: Desk,
    wire: Wire,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connection, "PAUSE_SECONDS", 0.05)
    made = await wired.create(FOLDERS, name="a")
    for desk in (user, wired, user, wired):
        await desk.read(FOLDERS, made["id"])
    assert outcomes(wired.database)["hit"] == 1
    await wire.cut()
    await wired.change(FOLDERS, made["id"], {"name": "b"})
    assert (await wired.read(FOLDERS, made["id"]))["name"] == "b"
    await wire.start()
    await asyncio.sleep(0.06)
    assert (await wired.read(FOLDERS, made["id"]))["name"] == "b"
    assert await wired.database.cache.check() == {"cache": "up"}
    # Now the other process knows, too.
    assert (await user.read(FOLDERS, made["id"]))["name"] == "b"


async def test_a_silent_redis_costs_one_request_its_patience(wired: Desk, wire: Wire) -> None:
    made = await wired.create(FOLDERS, name="a")
    await wired.read(FOLDERS, made["id"])
    wire.open.clear()
    started = time.monotonic()
    await wired.read(FOLDERS, made["id"])
    first = time.monotonic() - started
    assert first >= connection.PATIENCE_SECONDS
    started = time.monotonic()
    for _ in range(5):
        assert await wired.read(FOLDERS, made["id"]) == made
    assert time.monotonic() - started < first + connection.PATIENCE_SECONDS
    assert outcomes(wired.database)["bypass"] == 6

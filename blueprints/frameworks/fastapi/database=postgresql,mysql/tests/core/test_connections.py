"""Connections of the pool to a server that can close them."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text

from app.core.database import Database
from app.settings import Settings

pytestmark = pytest.mark.anyio

# How a connection is named on each server, and how it is ended.
NAMED = {"postgresql": "SELECT pg_backend_pid()", "mysql": "SELECT CONNECTION_ID()"}
ENDED = {"postgresql": "SELECT pg_terminate_backend({})", "mysql": "KILL {}"}


@pytest.fixture
async def own(settings: Settings) -> AsyncIterator[Database]:
    """A pool that no other test uses."""
    database = Database(settings)
    yield database
    await database.close()


async def ask(database: Database, statement: str) -> Any:
    async with database.read() as session:
        return await session.scalar(text(statement))


async def test_a_dead_connection_is_replaced_before_it_is_used(
    own: Database,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.core.database.REST_SECONDS", 0)
    dialect = own.engine.dialect.name
    before = await ask(own, NAMED[dialect])
    async with database.write() as session:
        await session.execute(text(ENDED[dialect].format(before)))
    assert await ask(own, NAMED[dialect]) != before


async def test_a_connection_is_pinged_only_after_a_rest(
    own: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pinged: list[Any] = []
    monkeypatch.setattr(own.engine.dialect, "do_ping", pinged.append)
    for _ in range(3):
        await own.ping()
    assert pinged == []
    monkeypatch.setattr("app.core.database.REST_SECONDS", 0)
    await own.ping()
    assert len(pinged) == 1

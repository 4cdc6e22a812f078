"""Two processes on one database and one Redis, as far as they can tell."""

from collections.abc import AsyncIterator

import pytest

from app.cache.store import RedisCache
from app.core.database import Database
from app.settings import Settings
from tests.core.machinery.conftest import admin, database, nobody, user
from tests.core.machinery.desk import Desk

__all__ = ["admin", "database", "nobody", "user"]


def cache_of(database: Database) -> RedisCache:
    """The cache of a process."""
    assert isinstance(database.cache, RedisCache)
    return database.cache


def outcomes(database: Database) -> dict[str, int]:
    """How often each came of a read, whatever was read."""
    found: dict[str, int] = {}
    for (_, outcome), count in cache_of(database).requests.items():
        found[outcome] = found.get(outcome, 0) + count
    return found


@pytest.fixture
async def other(user: Desk, settings: Settings) -> AsyncIterator[Desk]:
    """The user of `user`, served by another process."""
    found = Database(settings)
    yield Desk(found, user.caller)
    await found.close()

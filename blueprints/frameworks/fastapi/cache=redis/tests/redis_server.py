"""A real Redis server, whose keys of other runs and of the service itself are left alone."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from redis import Redis

from app.cache import store
from app.project import NAME
from tests.redis_url import TEST_REDIS_URL


def pytest_configure() -> None:
    """Say in one line what is missing, rather than fail in every test."""
    if not TEST_REDIS_URL:
        pytest.exit("set TEST_REDIS_URL to a Redis server for the tests", returncode=2)


@pytest.fixture(scope="session")
def keys_of_this_run() -> Iterator[str]:
    """What all keys of this run begin with; they are removed at its end."""
    start = f"{NAME}:test:{uuid4().hex}"
    yield start
    with Redis.from_url(TEST_REDIS_URL) as redis:
        for key in redis.scan_iter(f"{start}:*"):
            redis.delete(key)


@pytest.fixture(autouse=True)
def own_keys(keys_of_this_run: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys for one test alone: neither other tests nor other runs count its requests."""
    monkeypatch.setattr(store, "PREFIX", f"{keys_of_this_run}:{uuid4().hex}")

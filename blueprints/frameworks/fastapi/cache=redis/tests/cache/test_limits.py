"""Limits that all processes count together, and the settings of the cache."""

import asyncio

import pytest
from pydantic import ValidationError

from app.cache.config import CacheSettings
from app.core.config import load_settings
from app.core.database import Database
from tests.cache.conftest import cache_of, outcomes
from tests.conftest import SettingsFactory
from tests.core.machinery.desk import Desk, person
from tests.core.machinery.resources import FOLDERS
from tests.core.machinery.service import client_of, create_service

pytestmark = pytest.mark.anyio


async def whole_window(database: Database) -> None:
    """Wait until a window has room for a test."""
    counted = await database.cache.count("nobody")
    assert counted is not None
    if counted[1] < 5:
        await asyncio.sleep(counted[1])


async def test_two_processes_share_a_limit(
    database: Database,
    make_settings: SettingsFactory,
) -> None:
    settings = make_settings(rate_limit_per_minute=3)
    processes = [Database(settings), Database(settings)]
    await whole_window(database)
    left = []
    for number in range(5):
        service = create_service(settings, processes[number % 2], person("admin"))
        async with client_of(service, "10.9.8.7") as http:
            answer = await http.get("/folders")
        assert answer.status_code == (200 if number < 3 else 429)
        assert 1 <= int(answer.headers["ratelimit-reset"]) <= 60
        left.append(answer.headers["ratelimit-remaining"])
    assert left == ["2", "1", "0", "0", "0"]
    for each in processes:
        await each.close()


async def test_a_count_ends_with_its_minute(database: Database) -> None:
    cache = cache_of(database)
    await whole_window(database)
    found = await cache.count("somebody")
    assert found is not None
    count, left = found
    script = "return redis.call('PTTL', KEYS[1])"
    remaining = await cache.redis.run(script, [f"{cache.prefix}:limit:somebody"], [])
    assert count == 1
    assert (left - 1) * 1000 - 100 <= remaining <= left * 1000
    assert await cache.count("somebody") in ((2, left), (2, left - 1))
    assert await cache.count("another") in ((1, left), (1, left - 1))


async def test_without_seconds_nothing_is_kept(
    user: Desk,
    make_settings: SettingsFactory,
) -> None:
    database = Database(make_settings(cache_seconds=0))
    desk = Desk(database, user.caller)
    made = await desk.create(FOLDERS, name="a")
    for _ in range(2):
        assert await desk.read(FOLDERS, made["id"]) == made
    assert outcomes(database) == {}
    assert await database.cache.count("nobody") is not None
    await database.close()


@pytest.mark.parametrize(
    "url",
    ["nothing", "http://:hunter2@127.0.0.1", "redis://", "redis://h:port/0", "redis://h:1/zero"],
)
def test_a_malformed_url_is_refused(url: str) -> None:
    with pytest.raises(ValidationError) as refused:
        CacheSettings.model_validate({"redis_url": url})
    (fault,) = refused.value.errors(include_input=False)
    assert fault["loc"] == ("redis_url",)
    assert "hunter2" not in fault["msg"]


def test_a_missing_url_stops_the_start(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("REDIS_URL", raising=False)
    monkeypatch.setitem(CacheSettings.model_config, "env_file", None)
    with pytest.raises(SystemExit):
        load_settings(CacheSettings)
    assert capsys.readouterr().err == "configuration: REDIS_URL: is missing\n"


def test_the_url_is_not_shown() -> None:
    url = "redis://:hunter2@127.0.0.1:6379/0"
    settings = CacheSettings.model_validate({"redis_url": url})
    assert "hunter2" not in repr(settings)

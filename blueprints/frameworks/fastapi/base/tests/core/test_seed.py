"""`make seed`: once, twice, and never in production."""

import asyncio
import os
import subprocess
import sys

import pytest
from sqlalchemy import func, select

from app import seed
from app.core import seeding
from app.core.database import Database
from app.settings import Settings
from tests.conftest import SettingsFactory
from tests.environment import TEST_SETTINGS

pytestmark = pytest.mark.anyio


async def counts(database: Database) -> list[int]:
    """How many rows there are of everything that is seeded."""
    async with database.read() as session:
        return [
            await session.scalar(select(func.count()).select_from(repository.model)) or 0
            for repository, _, _ in seed.SEEDS
        ]


async def test_twice_is_the_same_as_once(database: Database, settings: Settings) -> None:
    for _ in range(2):
        await asyncio.to_thread(seeding.seed, settings, seed.SEEDS)
        assert await counts(database) == [len(rows) for _, _, rows in seed.SEEDS]


async def test_the_command_knows_every_table_that_it_needs(
    database: Database,
    settings: Settings,
) -> None:
    given = {name.upper(): str(value) for name, value in TEST_SETTINGS.items()}
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "app.seed"],
        env={**os.environ, **given, "DATABASE_URL": settings.database_url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert await counts(database) == [len(rows) for _, _, rows in seed.SEEDS]


async def test_stays_clear_of_rows_that_are_there(database: Database, settings: Settings) -> None:
    values = [value for _, _, rows in seed.SEEDS for row in rows for value in row.values()]
    single = [one for each in values for one in (each if isinstance(each, list) else [each])]
    targets = [value.repository for value in single if isinstance(value, seeding.RowOf)]
    few = [(each, body, rows[:1]) for each, body, rows in seed.SEEDS if each in targets]
    for seeds in (few, seed.SEEDS):
        await asyncio.to_thread(seeding.seed, settings, seeds)
    found = zip(seed.SEEDS, await counts(database), strict=True)
    assert all(count == 1 for (each, _, _), count in found if each in targets)


async def test_production_is_refused(
    database: Database,
    make_settings: SettingsFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    production = make_settings(app_env="production")
    monkeypatch.setattr(seed, "load_settings", lambda _kind: production)
    with pytest.raises(SystemExit, match="production"):
        seed.main()
    assert set(await counts(database)) <= {0}

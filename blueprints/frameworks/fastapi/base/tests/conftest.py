"""A real database, built by its migrations and empty for each test, and a client of the service."""

import asyncio
import os
import shutil
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from alembic import command
from alembic.config import Config
from dotenv import dotenv_values
from fastapi import FastAPI
from sqlalchemy import Table, delete, text

from app.core.config import CoreSettings
from app.core.database import Base, Database, create_engine
from app.main import create_app
from app.project import BASE_PATH, DATABASES, DEFAULT_DATABASE_URL
from app.settings import Settings
from tests.core.machinery.tables import TABLES
from tests.environment import FIXTURES, TEST_SETTINGS

ROOT = Path(__file__).parents[1]
# The environment wins over .env.
TEST_DATABASE_URL = {**dotenv_values(ROOT / ".env"), **os.environ}.get("TEST_DATABASE_URL") or ""
METRICS_TOKEN = "only-for-tests-0123456789"
pytest_plugins = FIXTURES

SettingsFactory = Callable[..., Settings]


def pytest_configure() -> None:
    """Say in one line what is missing, rather than fail in every test."""
    if not TEST_DATABASE_URL and not DEFAULT_DATABASE_URL.startswith("sqlite"):
        pytest.exit("set TEST_DATABASE_URL to an empty database for the tests", returncode=2)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests of what no resource has; a skipped test is one that could not run."""
    empty = [item for item in items if any(map(is_empty, item.iter_markers("skip")))]
    items[:] = [item for item in items if item not in empty]
    config.hook.pytest_deselected(items=empty)


def is_empty(skip: pytest.Mark) -> bool:
    """Whether a test is skipped because there is nothing to run it for."""
    return "empty parameter set" in str(skip.kwargs.get("reason"))


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio."""
    return "asyncio"


def migrate(url: str, revision: str = "head") -> None:
    """Bring a database to a revision, as `make migrate` does."""
    config = Config(ROOT / "alembic.ini")
    config.attributes["url"] = url
    if revision == "base":
        command.downgrade(config, revision)
    else:
        command.upgrade(config, revision)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a database with all tables, also those of the tests alone, and no rows."""
    url = TEST_DATABASE_URL or f"sqlite:///{tmp_path_factory.mktemp('database') / 'template.db'}"
    migrate(url)
    asyncio.run(add_tables(url))
    return url


async def add_tables(url: str) -> None:
    """Make the tables that no migration knows anew."""
    engine = create_engine(CoreSettings(database_url=url))
    async with engine.begin() as connection:
        for change in (Base.metadata.drop_all, Base.metadata.create_all):
            await connection.run_sync(change, tables=TABLES)
    await engine.dispose()


@pytest.fixture
def database_url(migrated: str, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without rows: a copy of the file, or the server's, emptied."""
    if migrated.startswith("sqlite"):
        path = tmp_path / "test.db"
        shutil.copyfile(migrated.removeprefix("sqlite:///"), path)
        yield f"sqlite:///{path}"
    else:
        yield migrated


@pytest.fixture
async def unreachable_url(database_url: str, tmp_path: Path) -> AsyncIterator[str]:
    """The URL of a database that is away."""
    if not database_url.startswith("sqlite"):
        yield f"{DATABASES[0]}://nobody@127.0.0.1:1/none"
        return
    before = set(threading.enumerate())
    yield f"sqlite:///{tmp_path / 'no-such-folder' / 'test.db'}"
    # The driver gives a failed connection up in a thread, which still speaks to this test's loop.
    for thread in set(threading.enumerate()) - before:
        await asyncio.to_thread(thread.join, 1)


@pytest.fixture
def make_settings(database_url: str, tmp_path: Path) -> SettingsFactory:
    """Make settings for a test; limits are off unless the test says otherwise."""

    def make(**overrides: Any) -> Settings:
        values = {
            "app_env": "test",
            "database_url": database_url,
            "rate_limit_per_minute": 0,
            "metrics_token": METRICS_TOKEN,
            **TEST_SETTINGS,
            "mail_transport": f"file:{tmp_path / 'mails'}",
            **overrides,
        }
        return Settings(_env_file=None, **values)

    return make


@pytest.fixture
def settings(make_settings: SettingsFactory) -> Settings:
    """The settings of the service under test."""
    return make_settings()


@pytest.fixture(scope="session")
def services() -> list[FastAPI]:
    """Holds the one service that most tests share: its routes take long to build."""
    return []


@pytest.fixture
async def app(services: list[FastAPI], settings: Settings) -> AsyncIterator[FastAPI]:
    """The service under test, on this test's database. Jobs run when the test says so."""
    if not services:
        services.append(create_app(settings))
    application = services[0]
    application.state.settings = settings
    application.state.database = Database(settings)
    tables = [each for each in Base.metadata.tables.values() if each not in TABLES]
    await empty(application.state.database, tables)
    yield application
    await application.state.database.close()


@pytest.fixture
async def database(app: FastAPI) -> Database:
    """The database of the service under test."""
    found: Database = app.state.database
    return found


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    """A client whose paths are relative to the base path: `client.get("/products")`."""
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url=f"http://test{BASE_PATH}") as found:
        yield found


async def empty(database: Database, tables: Iterable[Table]) -> None:
    """Delete the rows of tables of a shared database; a copied file has none."""
    if database.mysql:
        # TRUNCATE would take the time of making the tables anew.
        async with database.write() as session:
            await session.execute(text("SET SESSION foreign_key_checks = 0"))
            for table in tables:
                await session.execute(delete(table))
            await session.execute(text("SET SESSION foreign_key_checks = 1"))
    elif not database.sqlite:
        names = ", ".join(f'"{table.name}"' for table in tables)
        async with database.write() as session:
            await session.execute(text(f"TRUNCATE {names} CASCADE"))

"""Who calls, on empty tables."""

import pytest

from app.core.database import Database
from tests.conftest import empty
from tests.core.machinery.desk import Desk, Person, person
from tests.core.machinery.tables import TABLES


@pytest.fixture
async def database(database: Database) -> Database:
    """The database of the service, whose other tests need not empty these tables."""
    await empty(database, TABLES)
    return database


@pytest.fixture
async def admin(database: Database) -> Desk:
    """An admin, who passes every check."""
    return Desk(database, person("admin"))


@pytest.fixture
async def user(database: Database) -> Desk:
    """Somebody who is logged in."""
    return Desk(database, person("user"))


@pytest.fixture
async def editor(database: Database) -> Desk:
    """Somebody with a role that may read every folder."""
    return Desk(database, person("editor"))


@pytest.fixture
async def nobody(database: Database) -> Desk:
    """Somebody unknown."""
    return Desk(database, Person())

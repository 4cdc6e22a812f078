"""What the tests of the resources share."""

import httpx2
import pytest

from app.core.database import Database
from tests.callers import LogIn, Person
from tests.factories import Factory


@pytest.fixture
async def admin(log_in: LogIn) -> Person:
    """An admin, who passes every check."""
    return await log_in("admin")


@pytest.fixture
async def factory(
    client: httpx2.AsyncClient,
    database: Database,
    admin: Person,
    log_in: LogIn,
) -> Factory:
    """Makes rows."""
    return Factory(client, database, admin, log_in)

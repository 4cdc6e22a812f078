"""The event of a registration."""

import json

import pytest
from httpx2 import AsyncClient

from app.auth import router
from app.core.database import Database
from tests.background.common_events import outbox
from tests.callers import PASSWORD, own_fields

pytestmark = pytest.mark.anyio

ADA = {**own_fields(0), "email": "ada@example.com", "password": PASSWORD, "name": "Ada"}


@pytest.fixture(autouse=True)
def opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(router, "REGISTRATION_OPEN", True)


async def test_an_account_that_is_made_is_told_without_its_password(
    client: AsyncClient,
    database: Database,
) -> None:
    made = (await client.post("/auth/register", json=ADA)).json()
    (message,) = await outbox(database)
    assert (message["type"], message["subject"]) == ("user.registered", made["id"])
    data = message["data"]
    assert (data["email"], data["name"], data["role"]) == ("ada@example.com", "Ada", "user")
    text = json.dumps(message).lower()
    assert "password" not in text
    assert "argon" not in text


async def test_an_account_that_is_not_made_is_not_told(
    client: AsyncClient,
    database: Database,
) -> None:
    await client.post("/auth/register", json=ADA)
    assert (await client.post("/auth/register", json=ADA)).status_code == 409
    assert len(await outbox(database)) == 1

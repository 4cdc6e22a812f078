"""People for tests: real accounts that log in as anybody would."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from typing import Any
from uuid import UUID

import httpx2
import pytest

from app.auth.passwords import hash_password
from app.core.database import Database, uuid7
from app.core.naming import json_name
from app.users.models import User
from app.users.roles import Role
from app.users.schemas import UserCreate
from tests.resources import ACCOUNTS

# What the tests of access try, and what an operation for admins answers to somebody unknown.
ROLES = ("anonymous", "owner", *(str(role) for role in Role))
ADMINS_ONLY = 401

PASSWORD = "Correct-Horse-7-Battery"


@dataclass(frozen=True)
class Person:
    """A logged-in user and the headers that say so."""

    id: UUID
    email: str
    role: str
    headers: dict[str, str]
    refresh_token: str = ""


LogIn = Callable[..., Awaitable[Person]]


def own_fields(number: int) -> dict[str, Any]:
    """What this project knows of a user besides, as in a body; unique values differ by number."""
    (users,) = ACCOUNTS
    return {field.key: field.sample(number) for field in users.written}


@pytest.fixture
async def log_in(client: httpx2.AsyncClient, database: Database) -> LogIn:
    """Make a user of a role and log in: `alice = await log_in("user")`."""

    # The first two are left to the bodies of tests.
    numbers = count(2)

    async def make(role: str = "user") -> Person:
        user_id = uuid7()
        email = f"{user_id}@example.com"
        body = {"email": email, "password": PASSWORD, "name": "Test Person", "role": "user"}
        values = UserCreate.model_validate({**body, **own_fields(next(numbers))}).values()
        password_hash = await hash_password(values.pop("password"))
        async with database.write() as session:
            session.add(User(id=user_id, **{**values, "role": role}, password_hash=password_hash))
        answer = await client.post("/auth/login", json={"email": email, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        tokens = answer.json()
        headers = {"Authorization": f"Bearer {tokens[json_name('access_token')]}"}
        return Person(user_id, email, role, headers, tokens[json_name("refresh_token")])

    return make

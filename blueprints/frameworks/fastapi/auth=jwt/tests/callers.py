"""People for tests: real accounts that log in as anybody would."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

import httpx2
import pytest

from app.auth.passwords import hash_password
from app.core.database import Database, uuid7
from app.core.naming import json_name
from app.users.models import User
from app.users.roles import Role

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


@pytest.fixture
async def log_in(client: httpx2.AsyncClient, database: Database) -> LogIn:
    """Make a user of a role and log in: `alice = await log_in("user")`."""

    async def make(role: str = "user") -> Person:
        user_id = uuid7()
        email = f"{user_id}@example.com"
        async with database.write() as session:
            session.add(
                User(
                    id=user_id,
                    email=email,
                    name="Test Person",
                    role=role,
                    password_hash=await hash_password(PASSWORD),
                )
            )
        answer = await client.post("/auth/login", json={"email": email, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        tokens = answer.json()
        headers = {"Authorization": f"Bearer {tokens[json_name('access_token')]}"}
        return Person(user_id, email, role, headers, tokens[json_name("refresh_token")])

    return make

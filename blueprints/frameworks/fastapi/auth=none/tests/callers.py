"""Callers for tests: without accounts nobody logs in, and everybody may do everything."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest

# What the tests of access try, and what an operation for admins answers to somebody unknown.
ROLES = ("anonymous",)
ADMINS_ONLY = 200


@dataclass(frozen=True)
class Person:
    """Somebody unknown."""

    id: None = None
    headers: dict[str, str] = field(default_factory=dict)


LogIn = Callable[..., Awaitable[Person]]


@pytest.fixture
async def log_in() -> LogIn:
    """Anybody will do: `alice = await log_in("user")`."""

    async def make(_role: str = "user") -> Person:
        return Person()

    return make

"""Which passwords are taken, and how they are kept."""

import asyncio
import time

import pytest

from app.auth.password_policy import password_fault
from app.auth.passwords import hash_password, password_matches


@pytest.mark.parametrize(
    ("password", "rule"),
    [
        ("Aa1aaaa", "min"),
        ("Aa1aaaaz", None),
        ("Aa1" + "x" * 125, None),
        ("Aa1" + "x" * 126, "max"),
        ("lowercase1", "rule"),
        ("UPPERCASE1", "rule"),
        ("NoDigitsHere"[:11], "rule"),
        ("no digits at all", None),
        ("Password1", "rule"),
        ("PASSword123", "rule"),
        ("Ää1öööööö", None),
        ("\U0001f600" * 7, "min"),
        ("\U0001f600" * 12, None),
        ("Nul\0inside-it-12", "format"),
        ("  spaces are kept  ", None),
    ],
)
def test_policy(password: str, rule: str | None) -> None:
    fault = password_fault(password, "password")
    assert (fault.rule if fault else None) == rule


@pytest.mark.anyio
async def test_hash_is_argon2id_with_the_agreed_cost() -> None:
    kept = await hash_password("Correct-Horse-7")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await password_matches("Correct-Horse-7", kept)
    assert not await password_matches("correct-horse-7", kept)
    assert not await password_matches("Correct-Horse-7", None)


@pytest.mark.anyio
async def test_nothing_is_cut_short() -> None:
    long = "Aa1" + "x" * 125
    kept = await hash_password(long)
    assert not await password_matches(long[:72], kept)
    assert not await password_matches(long[:-1], kept)


@pytest.mark.anyio
async def test_hashing_leaves_the_event_loop_free() -> None:
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        while True:
            started = time.perf_counter()
            await asyncio.sleep(0.001)
            longest = max(longest, time.perf_counter() - started)

    watcher = asyncio.create_task(watch())
    await asyncio.sleep(0.01)
    started = time.perf_counter()
    await asyncio.gather(*(hash_password("Correct-Horse-7") for _ in range(16)))
    took = time.perf_counter() - started
    await asyncio.sleep(0.01)  # Lets the watcher notice the last pause.
    watcher.cancel()
    assert longest < took / 2

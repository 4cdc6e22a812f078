"""What MySQL does otherwise unless it is told: text, keys of deleted rows, locks, deadlocks."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import Column, MetaData, Table, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from app.core.config import CoreSettings
from app.core.database import (
    BigInt,
    CodepointString,
    Database,
    DeadlockError,
    ascii_lower,
    now_ms,
    repeat_deadlocked,
    violation,
)
from app.core.errors import ApiError, ErrorCode
from tests.conftest import SettingsFactory
from tests.core.machinery.tables import Folder

pytestmark = pytest.mark.anyio

words = Table(
    "words_of_mysql",
    MetaData(),
    Column("id", BigInt, primary_key=True),
    Column("word", CodepointString(50), unique=True),
)


@pytest.fixture
async def table(database: Database) -> AsyncIterator[Table]:
    """A table of unique words with two rows."""
    async with database.write() as session:
        connection = await session.connection()
        await connection.run_sync(words.metadata.create_all)
        await session.execute(insert(words), [{"id": 1, "word": "a"}, {"id": 2, "word": "b"}])
    yield words
    async with database.write() as session:
        connection = await session.connection()
        await connection.run_sync(words.metadata.drop_all)


async def test_every_character_counts(database: Database, table: Table) -> None:
    alike = ["a ", "A", "\u00e1", "a\u0301", "\uff41", "a\t"]
    async with database.write() as session:
        rows = [{"id": 10 + at, "word": word} for at, word in enumerate(alike)]
        await session.execute(insert(table), rows)
    async with database.read() as session:
        for word in ["a", *alike]:
            query = select(table.c.word).where(table.c.word == word)
            assert (await session.scalars(query)).all() == [word]
        found = await session.scalars(select(table.c.word).order_by(table.c.word))
        assert list(found) == sorted(["a", "b", *alike])


async def test_only_ascii_letters_fold(database: Database) -> None:
    async with database.read() as session:
        folded = await session.scalar(select(ascii_lower("ABC xyz \u00c9\u0130\u0410")))
    assert folded == "abc xyz \u00c9\u0130\u0410"


async def test_a_key_counts_live_rows_alone(database: Database) -> None:
    async def add(**values: Any) -> None:
        async with database.write() as session:
            session.add(Folder(name="one", version=1, **values))

    await add(deleted_at=now_ms())
    await add(deleted_at=now_ms())
    await add()
    with pytest.raises(IntegrityError) as caught:
        await add()
    found = violation(caught.value)
    assert (found.kind, found.constraint) == ("unique", "uq_machinery__folders_name")


async def test_a_session_is_strict_and_in_utc(database: Database, table: Table) -> None:
    async with database.read() as session:
        names = "('tx_isolation', 'transaction_isolation')"
        query = text(f"SHOW SESSION VARIABLES WHERE variable_name IN {names}")
        assert {row[1] for row in await session.execute(query)} == {"READ-COMMITTED"}
        assert await session.scalar(text("SELECT @@time_zone")) == "+00:00"

    async def cut() -> None:
        async with database.write() as session:
            await session.execute(insert(table).values(id=3, word="x" * 51))

    with pytest.raises(Exception, match="Data too long"):
        await cut()


async def test_a_lock_ends_with_its_transaction(database: Database) -> None:
    for _ in range(3):
        async with database.write() as session:
            await database.lock(session, "again")
    async with database.write() as session, database.write() as other:
        await database.lock(session, "again")
        await database.lock(other, "another")


async def test_a_deadlock_is_repeated(database: Database, table: Table) -> None:
    """Two transactions want two rows in opposite orders; both get them in the end."""
    met = asyncio.Barrier(2)
    attempts = []

    async def change(first: int, second: int) -> None:
        attempts.append(first)
        async with database.write() as session:
            rename = update(table).values(word=func.concat(table.c.word, str(first)))
            await session.execute(rename.where(table.c.id == first))
            if len(attempts) <= 2:
                await met.wait()
            await session.execute(rename.where(table.c.id == second))

    await asyncio.gather(
        repeat_deadlocked(lambda: change(1, 2)),
        repeat_deadlocked(lambda: change(2, 1)),
    )
    assert len(attempts) == 3
    async with database.read() as session:
        found = await session.scalars(select(table.c.word).order_by(table.c.id))
        assert sorted("".join(found)) == sorted("a12b12")


async def test_a_deadlock_is_503_after_three_repetitions() -> None:
    attempts = []

    async def work() -> None:
        attempts.append(1)
        raise DeadlockError(503, ErrorCode.SERVICE_UNAVAILABLE, "busy")

    with pytest.raises(ApiError) as caught:
        await repeat_deadlocked(work)
    assert (caught.value.status, len(attempts)) == (503, 4)


async def test_a_row_that_stays_locked_is_503(
    make_settings: SettingsFactory,
    table: Table,
) -> None:
    database = Database(make_settings(database_timeout_ms=1000))
    rename = update(table).where(table.c.id == 1).values(word="c")
    async with database.write() as session:
        await session.execute(rename)

        async def want() -> None:
            async with database.write() as other:
                await other.execute(rename)

        with pytest.raises(ApiError) as caught:
            await want()
    assert caught.value.status == 503
    await want()
    await database.close()


async def test_a_connection_that_was_cut_off_is_replaced(make_settings: SettingsFactory) -> None:
    database = Database(make_settings(database_pool_size=1))
    killer = Database(make_settings())

    async def cut_off() -> None:
        async with database.read() as session:
            number = await session.scalar(text("SELECT CONNECTION_ID()"))
            async with killer.read() as other:
                await other.execute(text(f"KILL {number}"))
            await session.execute(text("SELECT 1"))

    with pytest.raises(ApiError) as caught:
        await cut_off()
    assert caught.value.status == 503
    await database.ping()
    await database.close()
    await killer.close()


@pytest.mark.parametrize("mode", ["disable", "prefer"])
async def test_ssl_is_no_condition_unless_it_is_asked_for(database_url: str, mode: str) -> None:
    database = Database(CoreSettings(database_url=f"{database_url}?sslmode={mode}"))
    await database.ping()
    await database.close()

"""The database layer: values, transactions, and what its errors become."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Column, MetaData, Table, insert, select, text
from sqlalchemy.exc import IntegrityError

from app.core.database import (
    BigInt,
    CodepointString,
    Database,
    ScaledDecimal,
    UtcDateTime,
    Uuid,
    cut_to_ms,
    now_ms,
    uuid7,
    violation,
)
from app.core.errors import ApiError
from app.main import create_app
from tests.conftest import SettingsFactory

pytestmark = pytest.mark.anyio

values = Table(
    "values_of_types",
    MetaData(),
    Column("id", Uuid, primary_key=True),
    Column("text", CodepointString(50)),
    Column("number", ScaledDecimal(18, 4)),
    Column("whole", BigInt),
    Column("moment", UtcDateTime),
)


@pytest.fixture
async def table(database: Database) -> AsyncIterator[Table]:
    """A table of its own, with one column per type."""
    async with database.write() as session:
        connection = await session.connection()
        await connection.run_sync(values.metadata.create_all)
    yield values
    async with database.write() as session:
        connection = await session.connection()
        await connection.run_sync(values.metadata.drop_all)


def test_uuid7_is_ordered_by_time_and_unique() -> None:
    made = []
    for _ in range(20):
        made.append(uuid7())
        time.sleep(0.001)
    assert made == sorted(made, key=str)
    many = {uuid7() for _ in range(10_000)}
    assert len(many) == 10_000
    assert {(one.version, one.variant) for one in many} == {(7, "specified in RFC 4122")}
    assert abs((made[-1].int >> 80) / 1000 - time.time()) < 5


async def test_values_come_back_as_they_went(database: Database, table: Table) -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, 678_999, timezone(timedelta(hours=2)))
    row = {
        "id": uuid7(),
        "text": " spaces\U0001f600 ",
        "number": Decimal("99999999999999.9999"),
        "whole": 2**53 - 1,
        "moment": moment,
    }
    async with database.write() as session:
        await session.execute(insert(table).values(row))
    async with database.read() as session:
        found = (await session.execute(select(table))).one()._asdict()
    moment = datetime(2026, 1, 2, 1, 4, 5, 678_000, UTC)
    assert found == {**row, "moment": moment}
    assert found["moment"].tzinfo is UTC


async def test_the_first_and_the_last_moment_come_back(database: Database, table: Table) -> None:
    moments = [datetime.min.replace(tzinfo=UTC), cut_to_ms(datetime.max.replace(tzinfo=UTC))]
    async with database.write() as session:
        await session.execute(insert(table), [{"id": uuid7(), "moment": each} for each in moments])
    async with database.read() as session:
        assert (await session.scalars(select(table.c.moment).order_by("moment"))).all() == moments


async def test_a_time_without_a_zone_is_refused(database: Database, table: Table) -> None:
    naive = datetime(2026, 1, 2)  # noqa: DTZ001 - what is refused
    query = select(table).where(table.c.moment == naive)
    async with database.read() as session:
        with pytest.raises(Exception, match="without a zone"):
            await session.execute(query)


async def test_text_sorts_by_code_point(database: Database, table: Table) -> None:
    words = ["a", "B", "é", "Z", "_", "10", "9", "\U0001f600", "ﬀ"]
    async with database.write() as session:
        rows = [{"id": uuid7(), "text": word} for word in words]
        await session.execute(insert(table), rows)
    async with database.read() as session:
        found = (await session.scalars(select(table.c.text).order_by(table.c.text))).all()
    assert found == sorted(words)


async def test_decimals_compare_as_numbers(database: Database, table: Table) -> None:
    numbers = [Decimal("9.5"), Decimal("10.25"), Decimal("-3")]
    async with database.write() as session:
        await session.execute(insert(table), [{"id": uuid7(), "number": n} for n in numbers])
    query = select(table.c.number).where(table.c.number >= Decimal("9.5")).order_by("number")
    async with database.read() as session:
        assert (await session.scalars(query)).all() == [Decimal("9.5"), Decimal("10.25")]


async def test_a_write_is_all_or_nothing(database: Database, table: Table) -> None:
    async def fail_half_way() -> None:
        async with database.write() as session:
            await session.execute(insert(table).values(id=uuid7()))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail_half_way()
    async with database.read() as session:
        assert (await session.execute(select(table))).all() == []


async def test_unique_violations_are_told_by_name(database: Database) -> None:
    lone = Table("lone", MetaData(), Column("code", BigInt, unique=True))
    async with database.write() as session:
        connection = await session.connection()
        await connection.run_sync(lone.metadata.create_all)

    async def twice() -> None:
        async with database.write() as session:
            await session.execute(insert(lone), [{"code": 1}, {"code": 1}])

    with pytest.raises(IntegrityError) as caught:
        await twice()
    assert violation(caught.value).kind == "unique"
    async with database.write() as session:
        await session.execute(text("DROP TABLE lone"))


async def test_a_database_that_is_away_is_503(
    make_settings: SettingsFactory,
    unreachable_url: str,
) -> None:
    database = Database(make_settings(database_url=unreachable_url))
    with pytest.raises(ApiError) as caught:
        await database.ping()
    assert caught.value.status == 503
    await database.close()


async def test_an_exhausted_pool_is_503_and_recovers(make_settings: SettingsFactory) -> None:
    app = create_app(make_settings(database_pool_size=1, database_timeout_ms=100))
    database: Database = app.state.database
    async with database.read() as session:
        await session.execute(text("SELECT 1"))
        with pytest.raises(ApiError) as caught:
            await database.ping()
    assert caught.value.status == 503
    await database.ping()
    await database.close()


async def test_a_busy_writer_is_503_and_recovers(make_settings: SettingsFactory) -> None:
    database = Database(make_settings(database_timeout_ms=500))
    asked, refused = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with database.write() as session:
            await database.lock(session, "held")
            await session.execute(text("SELECT 1"))
            asked.set()
            await refused.wait()

    async def want() -> None:
        async with database.write() as session:
            await database.lock(session, "held")
            await session.execute(text("SELECT 1"))

    holder = asyncio.create_task(hold())
    await asked.wait()
    with pytest.raises(ApiError) as caught:
        await want()
    assert caught.value.status == 503
    refused.set()
    await holder
    await want()
    await database.close()


async def test_a_mistake_in_a_query_is_not_503(database: Database) -> None:
    async def ask(statement: str) -> None:
        async with database.read() as session:
            await session.execute(text(statement))

    for statement in ("SELECT * FROM nowhere", "SELEC"):
        with pytest.raises(Exception, match=r"nowhere|SELEC") as caught:
            await ask(statement)
        assert not isinstance(caught.value, ApiError)


async def test_slow_statements_are_logged_without_their_values(
    make_settings: SettingsFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    database = Database(make_settings(slow_query_ms=1))
    slow = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000)"
        " SELECT count(*) FROM n WHERE i <> :secret"
    )
    if database.mysql:
        # Its recursions are short.
        slow = "SELECT SLEEP(0.01), :secret"
    async with database.read() as session:
        await session.execute(text(slow), {"secret": 7})
    found: list[Any] = [record for record in caplog.records if record.message == "slow query"]
    assert found[-1].sql.startswith(slow[:12])
    assert now_ms().tzinfo is UTC
    await database.close()

"""Migrations: up, down and up again, and nothing that the models say is missing."""

import asyncio
from collections.abc import Sequence

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect
from sqlalchemy.schema import SchemaItem

import app.models  # noqa: F401 - defines the tables
from app.core.database import Base, Database
from app.main import create_app
from tests.conftest import SettingsFactory, migrate
from tests.core.machinery.tables import is_ours


def tables(connection: Connection) -> set[str]:
    return {name for name in inspect(connection).get_table_names() if not is_ours(name)}


def is_migrated(_item: SchemaItem, name: str | None, kind: str, *_: object) -> bool:
    """Whether a migration has to know this; the tests have tables of their own."""
    return kind != "table" or not is_ours(name or "")


# Tables may refer to each other in a circle; only whoever creates them need mind the order.
@pytest.mark.filterwarnings("ignore:Cannot correctly sort tables")
@pytest.mark.anyio
async def test_models_and_migrations_agree(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        opts = {"compare_type": True, "include_object": is_migrated}
        context = MigrationContext.configure(connection, opts=opts)
        return list(compare_metadata(context, Base.metadata))

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


@pytest.mark.anyio
async def test_every_foreign_key_has_an_index(database: Database) -> None:
    def missing(connection: Connection) -> list[str]:
        found = []
        inspector = inspect(connection)
        for table in inspector.get_table_names():
            indexed: list[Sequence[str | None]] = [
                index["column_names"] for index in inspector.get_indexes(table)
            ]
            indexed += [
                unique["column_names"] for unique in inspector.get_unique_constraints(table)
            ]
            indexed.append(inspector.get_pk_constraint(table)["constrained_columns"])
            for key in inspector.get_foreign_keys(table):
                columns = key["constrained_columns"]
                if not any(columns == index[: len(columns)] for index in indexed):
                    found.append(f"{table}.{columns}")
        return found

    async with database.engine.connect() as connection:
        assert await connection.run_sync(missing) == []


def test_down_and_up_again_and_no_start_migrates(
    database_url: str,
    make_settings: SettingsFactory,
) -> None:
    async def found() -> set[str]:
        database = create_app(make_settings()).state.database
        await database.ping()
        async with database.engine.connect() as connection:
            names: set[str] = await connection.run_sync(tables)
        await database.close()
        return names - {"alembic_version"}

    everything = {name for name in Base.metadata.tables if not is_ours(name)}
    assert asyncio.run(found()) == everything
    migrate(database_url, "base")
    assert asyncio.run(found()) == set()
    migrate(database_url)
    migrate(database_url)
    assert asyncio.run(found()) == everything

"""Runs migrations against DATABASE_URL; two runs at once wait for each other."""

import asyncio
import logging
from typing import Any

from alembic import context
from sqlalchemy import Connection, event, text

import app.models  # noqa: F401 - defines the tables
from app.core.config import CoreSettings, load_settings
from app.core.database import Base, create_engine

PATIENCE_MS = 600_000


def migrate(connection: Connection) -> None:
    """Run the migrations under a lock of their own, in one transaction.

    MySQL commits each change of a table by itself: there, what a failed migration did so far stays.
    """
    database = connection.dialect.name
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        render_as_batch=database == "sqlite",
    )
    with context.begin_transaction():
        if database == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('migrate', 0))"))
        elif database == "mysql":
            # It says of each primary key that its name is not kept.
            logging.getLogger("asyncmy").setLevel(logging.ERROR)
            # Kept until the connection is closed.
            lock = text("SELECT GET_LOCK(SHA1(CONCAT(DATABASE(), ' migrate')), :seconds)")
            if connection.scalar(lock, {"seconds": PATIENCE_MS // 1000}) != 1:
                raise SystemExit("another migration is still running")
        context.run_migrations()


def without_references(connection: Any, _record: Any) -> None:
    """Let SQLite not watch references.

    A migration makes changed tables anew; dropping the old one would take the rows along that
    refer to it. It asks at its end whether every reference leads somewhere.
    """
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = OFF")
    cursor.close()


async def run() -> None:
    """Connect as the service does."""
    url = context.config.attributes.get("url")
    settings = CoreSettings(database_url=url) if url else load_settings(CoreSettings)
    # Building an index, or waiting for another migration, may take longer than a request may.
    settings = settings.model_copy(update={"database_timeout_ms": PATIENCE_MS})
    engine = create_engine(settings).execution_options(begin_statement="BEGIN IMMEDIATE")
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", without_references)
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
        await connection.commit()
    await engine.dispose()


asyncio.run(run())

"""The database: engine, transactions, column types that behave alike everywhere, and its errors."""

import logging
import os
import sqlite3
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, cast

from fastapi import Depends, Request
from sqlalchemy import (
    CHAR,
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Integer,
    MetaData,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    event,
    make_url,
    text,
)
from sqlalchemy import Uuid as SqlUuid
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator, TypeEngine

from app.core.config import CoreSettings
from app.core.errors import ApiError, unavailable
from app.core.statements import Statements

log = logging.getLogger(__name__)


class Base(DeclarativeBase):
    """Base of all tables. Constraint names are fixed, so that errors can be told by name."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


# --- values -----------------------------------------------------------------------------------


def uuid7() -> uuid.UUID:
    """A version 7 UUID (RFC 9562, method 3): milliseconds, a 12-bit fraction, 62 random bits."""
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    fraction = rest * 4096 // 1_000_000
    tail = int.from_bytes(os.urandom(8)) & ((1 << 62) - 1)
    return uuid.UUID(int=milliseconds << 80 | 7 << 76 | fraction << 64 | 2 << 62 | tail)


def now_ms() -> datetime:
    """The present time in UTC, cut to milliseconds."""
    return cut_to_ms(datetime.now(UTC))


def cut_to_ms(moment: datetime) -> datetime:
    """Drop what is finer than a millisecond."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


# --- column types -----------------------------------------------------------------------------


class Uuid(TypeDecorator[uuid.UUID]):
    """A UUID: native on PostgreSQL, 36 lower-case characters elsewhere."""

    impl = CHAR(36)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(SqlUuid())
        return dialect.type_descriptor(CHAR(36))

    def process_bind_param(self, value: uuid.UUID | None, dialect: Dialect) -> Any:
        return value if value is None or dialect.name == "postgresql" else str(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> uuid.UUID | None:
        return value if value is None or dialect.name == "postgresql" else uuid.UUID(value)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC to the millisecond; refuses a time without a zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        value = cut_to_ms(value.astimezone(UTC))
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        # SQLite has no zones, and asyncpg gives the first moment of year 1 without one.
        return value and value.replace(tzinfo=UTC)


class ScaledDecimal(TypeDecorator[Decimal]):
    """An exact decimal: NUMERIC on PostgreSQL, elsewhere a 64-bit integer of 10^-scale units."""

    impl = BigInteger
    cache_ok = True

    def __init__(self, precision: int = 12, scale: int = 2) -> None:
        super().__init__()
        self.precision = precision
        self.scale = scale

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(Numeric(self.precision, self.scale))
        return dialect.type_descriptor(BigInteger())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return value
        return int(value.scaleb(self.scale))

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        if value is None:
            return None
        if dialect.name == "postgresql":
            return cast(Decimal, value)
        return Decimal(value).scaleb(-self.scale)


class CodepointString(TypeDecorator[str]):
    """Text that compares and sorts by code point; without a length, text of any length."""

    impl = String
    cache_ok = True

    def __init__(self, length: int | None = None) -> None:
        super().__init__()
        self.length = length

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        collation = "C" if dialect.name == "postgresql" else None
        kind = Text(collation=collation) if self.length is None else None
        return dialect.type_descriptor(kind or String(self.length, collation=collation))


class BigInt(TypeDecorator[int]):
    """A 64-bit integer on every database (SQLite's INTEGER is one already)."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        kind: TypeEngine[Any] = Integer() if dialect.name == "sqlite" else BigInteger()
        return dialect.type_descriptor(kind)


# --- transactions -----------------------------------------------------------------------------


CREATED = "created"


@event.listens_for(Session, "after_flush")
def _note_created(session: Session, _context: object) -> None:
    if CREATED in session.info:
        session.info[CREATED].update(type(row).__name__ for row in session.new)


@event.listens_for(Session, "after_rollback")
def _forget_created(session: Session) -> None:
    session.info.get(CREATED, Counter[str]()).clear()


class Database:
    """The engine and the two ways to use it: `read()` and `write()`."""

    def __init__(self, settings: CoreSettings) -> None:
        self.engine = create_engine(settings)
        self.statements = Statements(self.engine, settings.slow_query_ms)
        # Rows committed since the start, by the name of their class.
        self.created: Counter[str] = Counter()
        self._writer = self.engine.execution_options(begin_statement="BEGIN IMMEDIATE")
        self.sqlite = self.engine.dialect.name == "sqlite"

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session for reading; nothing is kept. Raises 503 when the database is away."""
        with_session = AsyncSession(self.engine, expire_on_commit=False)
        with _Unavailable():
            async with with_session as session:
                yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """One transaction: committed at the end of the block, rolled back by an exception.

        On SQLite its first statement takes the write lock (BEGIN IMMEDIATE), so that it cannot
        fail half-way because another transaction wrote first.
        """
        created: Counter[str] = Counter()
        with_session = AsyncSession(self._writer, expire_on_commit=False, info={CREATED: created})
        with _Unavailable():
            async with with_session as session, session.begin():
                yield session
        self.created += created

    async def lock(self, session: AsyncSession, name: str) -> None:
        """Let one transaction at a time pass for this name, until it ends.

        SQLite has a single writer anyway; PostgreSQL takes an advisory lock.
        """
        if not self.sqlite:
            await session.execute(
                text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"),
                {"name": name},
            )

    async def ping(self) -> None:
        """Ask the database for a sign of life; raises 503 without one."""
        async with self.read() as session:
            await session.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Close the pool."""
        await self.engine.dispose()


def create_engine(settings: CoreSettings) -> AsyncEngine:
    """Build the engine for the one spelling of `DATABASE_URL` that all services share."""
    url = make_url(settings.database_url)
    seconds = settings.database_timeout_ms / 1000
    arguments: dict[str, Any]
    if url.drivername == "sqlite":
        url = url.set(drivername="sqlite+aiosqlite")
        # Without an isolation level the driver begins no transactions of its own; we do.
        arguments = {"timeout": seconds, "isolation_level": None}
    else:
        sslmode = url.query.get("sslmode", "prefer")
        url = url.set(drivername="postgresql+asyncpg").difference_update_query(["sslmode"])
        arguments = {
            "ssl": sslmode,
            "timeout": seconds,
            # The server's own timeout comes first; this one is for a server that has gone silent.
            "command_timeout": seconds + 1,
            "server_settings": {
                "statement_timeout": str(settings.database_timeout_ms),
                "idle_in_transaction_session_timeout": "60000",
                "timezone": "UTC",
            },
        }
    engine = create_async_engine(
        url,
        connect_args=arguments,
        pool_size=settings.database_pool_size,
        max_overflow=0,
        pool_timeout=seconds,
        pool_pre_ping=url.drivername.startswith("postgresql"),
        hide_parameters=True,
    )
    if url.drivername.startswith("sqlite"):
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    statement = connection.get_execution_options().get("begin_statement", "BEGIN")
    connection.exec_driver_sql(statement)


# --- errors -----------------------------------------------------------------------------------

# PostgreSQL: connection trouble, shutting down, out of connections, cancelled, deadlock, lock
# not to be had. https://www.postgresql.org/docs/current/errcodes-appendix.html
_AWAY = ("08", "53", "57", "40", "55P03")


class _Unavailable:
    """Turns what means "the database is away or too busy" into 503."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is not None and not isinstance(error, ApiError) and is_unavailable(error):
            log.error("database unavailable: %s", type(error).__name__, exc_info=error)
            raise unavailable() from error


def is_unavailable(error: BaseException) -> bool:
    """Whether this exception means that the database cannot be used at the moment."""
    if isinstance(error, PoolTimeoutError | ConnectionError | TimeoutError | OSError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return str(state).startswith(_AWAY)
    if error.connection_invalidated or isinstance(error, InterfaceError):
        return True
    # SQLite reports a busy file and a mistake in a statement as the same class.
    code = getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return isinstance(error, OperationalError) and code != sqlite3.SQLITE_ERROR


@dataclass(frozen=True)
class Violation:
    """The constraint that a write broke. SQLite does not name a broken foreign key."""

    kind: str  # "unique", "foreign_key", "check" or "not_null"
    constraint: str | None


_KIND_OF_STATE = {
    "23505": "unique",
    "23503": "foreign_key",
    "23001": "foreign_key",
    "23514": "check",
    "23502": "not_null",
}
_KIND_OF_MESSAGE = {
    "UNIQUE": "unique",
    "FOREIGN": "foreign_key",
    "CHECK": "check",
    "NOT": "not_null",
}


def violation(error: IntegrityError) -> Violation:
    """Tell which constraint was broken, by its name, on both databases."""
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        cause = error.orig.__cause__ if error.orig else None
        name = getattr(cause, "constraint_name", None)
        return Violation(_KIND_OF_STATE.get(str(state), "check"), name)
    head, _, subject = str(error.orig).partition(" constraint failed: ")
    kind = _KIND_OF_MESSAGE.get(head.split(" ")[0], "check")
    if kind == "unique":
        return Violation(kind, _unique_name(subject))
    return Violation(kind, subject or None)


def _unique_name(subject: str) -> str | None:
    """Find the constraint or unique index over `table.column, table.column`."""
    if subject.startswith("index '"):
        return subject.removeprefix("index '").removesuffix("'")
    pairs = [part.split(".", 1) for part in subject.split(", ")]
    table = Base.metadata.tables.get(pairs[0][0])
    if table is None:
        return None
    names = [pair[1] for pair in pairs]
    for index in table.indexes:
        if index.unique and [column.name for column in index.columns] == names:
            return str(index.name)
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint) and constraint.columns.keys() == names:
            return str(constraint.name)
    return None


def get_database(request: Request) -> Database:
    """The database of the running application."""
    return cast(Database, request.app.state.database)


DatabaseDep = Annotated[Database, Depends(get_database)]

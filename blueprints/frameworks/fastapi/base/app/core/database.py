"""The database: engine, transactions, column types that behave alike everywhere, and its errors."""

import asyncio
import logging
import os
import re
import secrets
import sqlite3
import ssl
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from importlib import import_module
from string import ascii_uppercase
from typing import Annotated, Any, TypeVar, cast

from fastapi import Depends, Request
from sqlalchemy import (
    CHAR,
    BigInteger,
    Connection,
    CursorResult,
    DateTime,
    Dialect,
    Engine,
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
from sqlalchemy.dialects import mysql
from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
    InterfaceError,
    InvalidatePoolError,
    OperationalError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql.functions import GenericFunction
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
    """A UUID: native on PostgreSQL, 36 lower-case ASCII characters elsewhere."""

    impl = CHAR(36)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(SqlUuid())
        if dialect.name == "mysql":
            return dialect.type_descriptor(mysql.CHAR(36, charset="ascii", collation="ascii_bin"))
        return dialect.type_descriptor(CHAR(36))

    def process_bind_param(self, value: uuid.UUID | None, dialect: Dialect) -> Any:
        return value if value is None or dialect.name == "postgresql" else str(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> uuid.UUID | None:
        return value if value is None or dialect.name == "postgresql" else uuid.UUID(value)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC to the millisecond; refuses a time without a zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        kind = mysql.DATETIME(fsp=3) if dialect.name == "mysql" else DateTime(timezone=True)
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        value = cut_to_ms(value.astimezone(UTC))
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        # SQLite and MySQL have no zones; asyncpg gives the first moment of year 1 without one.
        return value and value.replace(tzinfo=UTC)


class ScaledDecimal(TypeDecorator[Decimal]):
    """An exact decimal: NUMERIC, on SQLite a 64-bit integer of 10^-scale units."""

    impl = BigInteger
    cache_ok = True

    def __init__(self, precision: int = 12, scale: int = 2) -> None:
        super().__init__()
        self.precision = precision
        self.scale = scale

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(Numeric(self.precision, self.scale))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        if value is None or dialect.name != "sqlite":
            return value
        return int(value.scaleb(self.scale))

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        if value is None:
            return None
        if dialect.name != "sqlite":
            return cast(Decimal, value)
        return Decimal(value).scaleb(-self.scale)


# Characters in a key of MySQL: 3,072 bytes.
LONGEST_IN_A_KEY = 768


class CodepointString(TypeDecorator[str]):
    """Text that compares and sorts by code point; without a length, text of any length."""

    impl = String
    cache_ok = True

    def __init__(self, length: int | None = None) -> None:
        super().__init__()
        self.length = length

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        collation = _collation(dialect)
        if dialect.name == "mysql" and self.length is None:
            return dialect.type_descriptor(mysql.MEDIUMTEXT(collation=collation))
        if dialect.name == "mysql" and cast(int, self.length) > LONGEST_IN_A_KEY:
            # Kept beside the row, of which MySQL limits the length. A check limits the text's.
            return dialect.type_descriptor(mysql.TEXT(collation=collation))
        if self.length is not None:
            return dialect.type_descriptor(String(self.length, collation=collation))
        return dialect.type_descriptor(Text(collation=collation))


def _collation(dialect: Dialect) -> str | None:
    """The collation that compares by code point and pads nothing; SQLite has no other."""
    if dialect.name == "mysql":
        # Each of the two servers has one, under a name that the other does not know.
        mariadb = getattr(dialect, "is_mariadb", False)
        return "utf8mb4_nopad_bin" if mariadb else "utf8mb4_0900_bin"
    return "C" if dialect.name == "postgresql" else None


class ascii_lower(GenericFunction[str]):
    """A text with its ASCII letters in lower case, and no others."""

    type = String()
    inherit_cache = True


@compiles(ascii_lower)
def _lower(function: Any, compiler: Any, **options: Any) -> str:
    return f"lower({compiler.process(function.clauses, **options)})"


@compiles(ascii_lower, "mysql")
def _lower_letters(function: Any, compiler: Any, **options: Any) -> str:
    # There LOWER folds every alphabet, and no collation says otherwise.
    folded = compiler.process(function.clauses, **options)
    for letter in ascii_uppercase:
        folded = f"replace({folded}, '{letter}', '{letter.lower()}')"
    return str(folded)


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
        session.info[CREATED].extend(session.new)


class Database:
    """The engine and the two ways to use it: `read()` and `write()`."""

    def __init__(self, settings: CoreSettings) -> None:
        self.engine = create_engine(settings)
        self.cache = settings.make_cache()
        self.cache.watch(self.engine)
        self.outbox = settings.make_outbox()
        self.statements = Statements(self.engine, settings.slow_query_ms)
        # Rows committed since the start, by the name of their class.
        self.created: Counter[str] = Counter()
        self._reader = self._writer = self.engine
        self.sqlite = self.engine.dialect.name == "sqlite"
        self.mysql = self.engine.dialect.name == "mysql"
        if self.sqlite:
            self._writer = self.engine.execution_options(begin_statement="BEGIN IMMEDIATE")
        elif not self.mysql:
            # Each statement sees what was committed before it anyway, so that BEGIN and ROLLBACK
            # would be two trips to the server for nothing.
            self._reader = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self.patience = settings.database_timeout_ms / 1000

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session for reading. Raises 503 when the database is away."""
        with_session = AsyncSession(self._reader, expire_on_commit=False)
        with _Unavailable():
            async with with_session as session:
                yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """One transaction: committed at the end of the block, rolled back by an exception.

        On SQLite its first statement takes the write lock (BEGIN IMMEDIATE), so that it cannot
        fail half-way because another transaction wrote first.
        """
        created: list[Base] = []
        with_session = AsyncSession(self._writer, expire_on_commit=False, info={CREATED: created})
        with _Unavailable():
            async with with_session as session:
                # Left after the commit.
                async with AsyncExitStack() as announced, session.begin():
                    yield session
                    await session.flush()
                    await announced.enter_async_context(self.cache.announce(session))
                # A row that was rolled back, with a savepoint or whole, has left the session.
                self.created.update(type(row).__name__ for row in created if row in session)

    async def lock(self, session: AsyncSession, name: str) -> None:
        """Let one transaction at a time pass for this name, until it ends.

        SQLite has a single writer anyway; the others take an advisory lock. That of MySQL belongs
        to the connection and not to the transaction, so the pool gives it back.
        """
        if self.mysql:
            connection = await session.connection()
            connection.info["locks"] = True
            # Such names are short and shared by all databases of a server.
            name_of_lock = "SHA1(CONCAT(DATABASE(), ' ', :name))"
            statement = text(f"SELECT GET_LOCK({name_of_lock}, :seconds)")
            wanted = {"name": name, "seconds": self.patience}
            if await session.scalar(statement, wanted) != 1:
                raise unavailable()
        elif not self.sqlite:
            await session.execute(
                text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"),
                {"name": name},
            )

    async def ping(self) -> None:
        """Ask the database for a sign of life; raises 503 without one."""
        async with self.read() as session:
            await session.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Close the pool and the cache."""
        await self.cache.close()
        await self.engine.dispose()


def create_engine(settings: CoreSettings) -> AsyncEngine:
    """Build the engine for the one spelling of `DATABASE_URL` that all services share."""
    url = make_url(settings.database_url)
    seconds = settings.database_timeout_ms / 1000
    arguments: dict[str, Any]
    options: dict[str, Any] = {}
    if url.drivername == "sqlite":
        url = url.set(drivername="sqlite+aiosqlite")
        # Without an isolation level the driver begins no transactions of its own; we do.
        arguments = {"timeout": seconds, "isolation_level": None}
    elif url.drivername == "mysql":
        arguments = _mysql_arguments(str(url.query.get("sslmode", "prefer")), settings)
        url = url.set(drivername="mysql+asyncmy").difference_update_query(["sslmode"])
        # As on PostgreSQL: a statement sees what was committed before it, and no gaps are locked.
        options = {"isolation_level": "READ COMMITTED"}
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
        hide_parameters=True,
        **options,
    )
    if url.drivername.startswith("sqlite"):
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
    else:
        _ping_rested(engine.sync_engine)
    if url.drivername.startswith("mysql"):
        event.listen(engine.sync_engine, "reset", _release_locks)
    return engine


# One that was in use so lately is taken to be alive, as HikariCP does: under load no ping is sent.
REST_SECONDS = 0.5


def _ping_rested(engine: Engine) -> None:
    """Ping a connection that has rested before it is used, and replace all when it is dead."""

    @event.listens_for(engine, "checkin")
    def note(_connection: Any, record: ConnectionPoolEntry) -> None:
        record.info["used"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def ping(connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
        used = record.info.get("used")
        if used is None or time.monotonic() - used < REST_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    statement = connection.get_execution_options().get("begin_statement", "BEGIN")
    connection.exec_driver_sql(statement)


def _mysql_arguments(sslmode: str, settings: CoreSettings) -> dict[str, Any]:
    seconds = settings.database_timeout_ms / 1000
    # Comments that one of the two servers reads as code: their limits of a statement differ.
    session = f"""SET SESSION
        time_zone = '+00:00',
        sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO',
        innodb_lock_wait_timeout = {max(1, round(seconds))}
        /*!80000 , max_execution_time = {settings.database_timeout_ms} */
        /*M!100100 , max_statement_time = {seconds} */"""
    return {
        "async_creator_fn": _mysql_connect(sslmode),
        "charset": "utf8mb4",
        "connect_timeout": seconds,
        # The server's own limits come first; this one is for a server that has gone silent.
        "read_timeout": seconds + 1,
        "init_command": session,
    }


def _mysql_connect(sslmode: str) -> Callable[..., Awaitable[Any]]:
    """Connect as `sslmode` says; the driver itself knows nothing between plain and encrypted."""

    async def connect(**arguments: Any) -> Any:
        # There only in a service on MySQL.
        asyncmy: Any = import_module("asyncmy")

        if sslmode in ("disable", "allow"):
            return await asyncmy.connect(**arguments)
        context = ssl.create_default_context()
        context.check_hostname = sslmode == "verify-full"
        if not sslmode.startswith("verify"):
            context.verify_mode = ssl.CERT_NONE
        try:
            return await asyncmy.connect(ssl=context, **arguments)
        except asyncmy.errors.OperationalError as error:
            if sslmode == "prefer" and isinstance(error.__cause__, ssl.SSLError):
                return await asyncmy.connect(**arguments)
            raise

    return connect


def _release_locks(connection: Any, record: Any, _state: Any) -> None:
    if record.info.pop("locks", False):
        cursor = connection.cursor()
        cursor.execute("DO RELEASE_ALL_LOCKS()")
        cursor.close()


# --- errors -----------------------------------------------------------------------------------

# PostgreSQL: connection trouble, shutting down, out of connections, cancelled, deadlock, lock
# not to be had. https://www.postgresql.org/docs/current/errcodes-appendix.html
_AWAY = ("08", "53", "57", "40", "55P03")
# MySQL and MariaDB: too many connections, shutting down, cut off, lock not to be had, deadlock,
# out of time, killed, and the client's own for connections that fail.
# https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html
_MYSQL_AWAY = {
    1040, 1053, 1077, 1105, 1152, 1158, 1159, 1160, 1161, 1184, 1203, 1205, 1213, 1226, 1317, 1836,
    1927, 1969, 2002, 2003, 2006, 2013, 2014, 2055, 3024, 3058, 3572, 4031,
}  # fmt: skip


_T = TypeVar("_T")


class DeadlockError(ApiError):
    """The database gave this transaction up, because it and another one waited for each other."""


async def repeat_deadlocked(work: Callable[[], Awaitable[_T]]) -> _T:
    """Do some work of one transaction; up to three times again after a deadlock, then 503."""
    for _ in range(3):
        try:
            return await work()
        except DeadlockError:
            # Not all of those that met at once come back at once.
            await asyncio.sleep((1 + secrets.randbelow(50)) / 1000)
    return await work()


def changed(result: Any) -> bool:
    """Whether an UPDATE found a row."""
    return bool(changed_rows(result))


def changed_rows(result: Any) -> int:
    """How many rows an UPDATE or DELETE found."""
    return cast("CursorResult[Any]", result).rowcount


def _is_deadlock(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) == "40P01" or _mysql_number(error) == 1213


class _Unavailable:
    """Turns what means "the database is away or too busy" into 503."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, DBAPIError) and _is_deadlock(error):
            log.warning("deadlock")
            away = unavailable()
            raise DeadlockError(away.status, away.code, away.message, (), away.headers) from error
        if error is not None and not isinstance(error, ApiError) and is_unavailable(error):
            log.error("database unavailable: %s", type(error).__name__, exc_info=error)
            raise unavailable() from error


def is_unavailable(error: BaseException) -> bool:
    """Whether this exception means that the database cannot be used at the moment."""
    if isinstance(error, PoolTimeoutError | ConnectionError | TimeoutError | OSError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    number = _mysql_number(error)
    if number is not None:
        return number in _MYSQL_AWAY or error.connection_invalidated
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return str(state).startswith(_AWAY)
    if error.connection_invalidated or isinstance(error, InterfaceError):
        return True
    # SQLite reports a busy file and a mistake in a statement as the same class.
    code = getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return isinstance(error, OperationalError) and code != sqlite3.SQLITE_ERROR


def _mysql_number(error: DBAPIError) -> int | None:
    """The number of an error of MySQL; none on other databases."""
    arguments = getattr(error.orig, "args", ())
    return arguments[0] if arguments and isinstance(arguments[0], int) else None


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
_KIND_OF_NUMBER = {
    1062: "unique",
    1451: "foreign_key",
    1452: "foreign_key",
    1048: "not_null",
    1364: "not_null",
}
# MySQL puts the table before the name of a key, MariaDB does not.
_NAME_IN_MESSAGE = re.compile(r"for key '(?:[^'.]+\.)?([^']+)'$|CONSTRAINT `([^`]+)`")
_KIND_OF_MESSAGE = {
    "UNIQUE": "unique",
    "FOREIGN": "foreign_key",
    "CHECK": "check",
    "NOT": "not_null",
}


def violation(error: IntegrityError) -> Violation:
    """Tell which constraint was broken, by its name."""
    number = _mysql_number(error)
    if number is not None:
        named = _NAME_IN_MESSAGE.search(str(error.orig.args[1] if error.orig else ""))
        name = named and (named[1] or named[2])
        return Violation(_KIND_OF_NUMBER.get(number, "check"), name)
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


def database_of(request: Request) -> Database:
    """The database of the running application."""
    return cast(Database, request.app.state.database)


# Dependencies are async, though they wait for nothing: others are run in a thread.
async def get_database(request: Request) -> Database:
    """The database, for routes that ask for nothing else."""
    return database_of(request)


DatabaseDep = Annotated[Database, Depends(get_database)]

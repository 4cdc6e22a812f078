"""Unique values: a database tells one that is taken, the answer names them all."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.answers import wire_name
from app.core.database import Base, Database, violation
from app.core.errors import FieldError, conflict
from app.core.repository import Target


class TakenError(Exception):
    """A row to be stored has a unique value of another row."""

    def __init__(self, stored: Mapping[str, Any]) -> None:
        super().__init__()
        self.stored = stored


@asynccontextmanager
async def transaction(database: Database, target: Target[Any, Any]) -> AsyncIterator[AsyncSession]:
    """One transaction that writes rows of this table; 409 with every value that is taken."""
    try:
        async with database.write() as session:
            yield session
    except TakenError as error:
        async with database.read() as session:
            keys = await _taken(session, target, error.stored)
        faults = [FieldError(key, "unique", "is taken") for key in keys]
        raise conflict("This value is taken.", faults) from error


async def flush(session: AsyncSession, row: Base | None = None) -> None:
    """Send the changes, among them those of this row; raises when a unique value is taken."""
    stored = dict(vars(row)) if row is not None else {}
    try:
        await session.flush()
    except IntegrityError as error:
        if violation(error).kind == "unique":
            raise TakenError(stored) from error
        raise


async def _taken(
    session: AsyncSession,
    target: Target[Any, Any],
    stored: Mapping[str, Any],
) -> list[str]:
    """The JSON keys of the unique values that another row has."""
    mapper = target.model.__mapper__
    found: set[str] = set()
    for columns in _unique_keys(target.model):
        names = [mapper.get_property_by_column(column).key for column in columns]
        if any(stored.get(name) is None for name in names):
            continue
        same = (getattr(target.model, name) == stored[name] for name in names)
        # A row that was never stored may have no id yet.
        other = target.select().where(*same, target.model.id.is_distinct_from(stored.get("id")))
        if await session.scalar(other.limit(1)) is not None:
            found.update(names)
    return [wire_name(each.key) for each in mapper.column_attrs if each.key in found]


def _unique_keys(model: type[Any]) -> Iterator[list[Any]]:
    table = model.__table__
    keys = [index for index in table.indexes if index.unique]
    keys += [each for each in table.constraints if isinstance(each, UniqueConstraint)]
    for key in keys:
        # A generated column only tells live rows from deleted ones.
        yield [column for column in key.columns if column.computed is None]

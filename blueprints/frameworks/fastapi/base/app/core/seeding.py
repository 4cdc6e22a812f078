"""Storing example rows through the same checks as requests."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.bodies import Body, Submitted
from app.core.call import Call
from app.core.caller import Caller
from app.core.config import CoreSettings
from app.core.database import Database
from app.core.json_body import decode_json
from app.core.repository import Repository
from app.core.writing import Writer


@dataclass(frozen=True)
class RowOf:
    """Stands for the id of a row of another table, counted from 0 in the order they were made."""

    repository: Repository[Any, Any]
    number: int


MISSING = object()
Seeds = Sequence[tuple[Repository[Any, Any], type[Body], Sequence[Mapping[str, Any]]]]


def seed(settings: CoreSettings, seeds: Seeds) -> None:
    """Store the rows of tables that are still empty; twice is the same as once.

    A row is left out when what it refers to is not there, as the table of that was not empty.
    """
    asyncio.run(_seed(settings, seeds))


async def _seed(settings: CoreSettings, seeds: Seeds) -> None:
    database = Database(settings)
    caller = Caller(role="admin")
    async with database.write() as session:
        for repository, model, bodies in seeds:
            count = select(func.count()).select_from(repository.model)
            if await session.scalar(count):
                continue
            submitted = TypeAdapter[Submitted[Body]](Submitted[model])  # type: ignore[valid-type]
            for body in bodies:
                unit = Writer(session, repository, Call(caller, database))
                resolved = {key: await _resolved(session, value) for key, value in body.items()}
                if any(_lacks(value) for value in resolved.values()):
                    continue
                # As JSON, whose numbers are exact.
                sent = decode_json(json.dumps(resolved).encode())
                values = await unit.accept(submitted.validate_python(sent))
                await unit.insert(values)
    await database.close()


async def _resolved(session: AsyncSession, value: Any) -> Any:
    """Put ids in place of the rows that are meant, `MISSING` for those that are not there."""
    if isinstance(value, list):
        return [await _resolved(session, each) for each in value]
    if not isinstance(value, RowOf):
        return value
    rows = value.repository.select().order_by(value.repository.model.id)
    row = await session.scalar(rows.offset(value.number).limit(1))
    return MISSING if row is None else str(row.id)


def _lacks(value: Any) -> bool:
    return value is MISSING or (isinstance(value, list) and MISSING in value)

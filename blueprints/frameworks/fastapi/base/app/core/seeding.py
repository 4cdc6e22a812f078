"""Storing example rows through the same checks as requests."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import func, select

from app.core.bodies import Body, Submitted
from app.core.call import Call
from app.core.caller import Caller
from app.core.config import CoreSettings
from app.core.database import Database
from app.core.repository import Repository
from app.core.writing import Writer

Seeds = Sequence[tuple[Repository[Any, Any], type[Body], Sequence[Mapping[str, Any]]]]


def seed(settings: CoreSettings, seeds: Seeds) -> None:
    """Store the rows of tables that are still empty; twice is the same as once."""
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
                values = await unit.accept(submitted.validate_python(dict(body)))
                await unit.insert(values)
    await database.close()

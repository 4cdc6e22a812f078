"""Makes rows over HTTP, with everything that they refer to."""

import json
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any
from uuid import UUID

import httpx2
from pydantic import BaseModel, TypeAdapter
from sqlalchemy import delete, update

from app.core.bodies import Submitted
from app.core.call import Call
from app.core.caller import Caller
from app.core.database import Database
from app.core.json_body import decode_json
from app.core.repository import Repository, Target
from app.core.writing import Writer
from tests.callers import LogIn, Person
from tests.resources import RESOURCES
from tests.table import Relation, Resource

BY_ENTITY = {resource.entity: resource for resource in RESOURCES}
Body = dict[str, Any]
NOTHING: Mapping[str, Any] = MappingProxyType({})


class Factory:
    """Makes rows as an admin; unique values and required references are seen to."""

    def __init__(
        self,
        client: httpx2.AsyncClient,
        database: Database,
        admin: Person,
        log_in: LogIn,
    ) -> None:
        self.client = client
        self.database = database
        self.admin = admin
        self.log_in = log_in
        self._made: dict[str, int] = {}

    async def body(
        self,
        resource: Resource,
        given: Mapping[str, Any] = NOTHING,
        *,
        owner: Person | None = None,
    ) -> Body:
        """A right body with every field; what it refers to belongs to the owner."""
        number = self._made.get(resource.entity, 0)
        self._made[resource.entity] = number + 1
        body = {field.key: field.sample(number) for field in resource.written}
        for relation in resource.relations:
            if relation.key not in given:
                body[relation.key] = await self._reference(resource, relation, owner)
        return {**body, **given}

    async def _reference(
        self,
        resource: Resource,
        relation: Relation,
        owner: Person | None,
    ) -> Any:
        if relation.links:
            return []
        if not relation.required or relation.to == resource.entity:
            return None
        return await self.target(relation, owner)

    async def target(self, relation: Relation, owner: Person | None = None) -> str:
        """The id of a new row that this relation may refer to."""
        if relation.to == "User":
            return str((await self.log_in("user")).id)
        return str((await self.make(BY_ENTITY[relation.to], owner=owner))["id"])

    async def make(
        self,
        resource: Resource,
        given: Mapping[str, Any] = NOTHING,
        *,
        owner: Person | None = None,
    ) -> dict[str, Any]:
        """A new row, as it is answered; where rows have owners, this one's is the given one."""
        body = await self.body(resource, given, owner=owner)
        if not resource.can("create"):
            made = await self._store(resource, body)
        else:
            answer = await self.client.post(resource.path, json=body, headers=self.admin.headers)
            assert answer.status_code == 201, answer.text
            made = answer.json()
        if owner is not None and hasattr(repository(resource).model, "owner_id"):
            statement = update(repository(resource).model).where(_is(resource, made))
            async with self.database.write() as session:
                await session.execute(statement.values(owner_id=owner.id))
        return made

    async def _store(self, resource: Resource, body: Body) -> dict[str, Any]:
        """Make a row that no request can make, as the seed does."""
        model = create_body(resource)
        submitted: Any = TypeAdapter(Submitted[model]).validate_python(  # type: ignore[valid-type]
            decode_json(json.dumps(body).encode())
        )
        async with self.database.write() as session:
            call = Call(Caller(role="admin"), self.database)
            unit = Writer(session, repository(resource), call)
            row = await unit.insert(await unit.accept(submitted))
            made: dict[str, Any] = (await unit.present(row)).model_dump(mode="json", by_alias=True)
            return made

    async def forget(self, resource: Resource, row: dict[str, Any]) -> None:
        """Remove a row that nothing refers to, without a request."""
        async with self.database.write() as session:
            await session.execute(delete(repository(resource).model).where(_is(resource, row)))


def repository(resource: Resource) -> Repository[Any, Any]:
    """The repository of a resource."""
    found = Target.known[resource.entity]
    assert isinstance(found, Repository)
    return found


def create_body(resource: Resource) -> type[BaseModel]:
    """The model of the body that creates a row."""
    answer = repository(resource).answer
    model: type[BaseModel] = getattr(import_module(answer.__module__), f"{answer.__name__}Create")
    return model


def _is(resource: Resource, row: dict[str, Any]) -> Any:
    return repository(resource).model.id == UUID(row["id"])

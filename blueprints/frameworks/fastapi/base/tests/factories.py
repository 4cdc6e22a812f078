"""Makes rows over HTTP, with everything that they refer to."""

from typing import Any

import httpx2

from tests.callers import LogIn, Person
from tests.resources import RESOURCES
from tests.table import Field, Relation, Resource

BY_ENTITY = {resource.entity: resource for resource in RESOURCES}
Body = dict[str, Any]


class Factory:
    """Makes rows as an admin; unique values and required references are seen to."""

    def __init__(self, client: httpx2.AsyncClient, admin: Person, log_in: LogIn) -> None:
        self.client = client
        self.admin = admin
        self.log_in = log_in
        self._made: dict[str, int] = {}

    async def body(self, resource: Resource, **given: Any) -> Body:
        """A right body with every field."""
        number = self._made.get(resource.entity, 0)
        self._made[resource.entity] = number + 1
        body = {
            field.key: sample(field, number) for field in resource.fields if not field.read_only
        }
        for relation in resource.relations:
            if relation.key not in given:
                body[relation.key] = await self._reference(resource, relation)
        return {**body, **given}

    async def _reference(self, resource: Resource, relation: Relation) -> Any:
        if relation.kind == "many_to_many":
            return []
        if relation.to == "User":
            return str((await self.log_in("user")).id)
        if relation.to == resource.entity or not relation.required:
            return None
        return (await self.make(BY_ENTITY[relation.to]))["id"]

    async def target(self, relation: Relation) -> str:
        """The id of a new row that this relation may refer to."""
        if relation.to == "User":
            return str((await self.log_in("user")).id)
        return str((await self.make(BY_ENTITY[relation.to]))["id"])

    async def make(
        self,
        resource: Resource,
        person: Person | None = None,
        **given: Any,
    ) -> dict[str, Any]:
        """A new row."""
        body = await self.body(resource, **given)
        headers = (person or self.admin).headers
        answer = await self.client.post(resource.path, json=body, headers=headers)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made


def sample(field: Field, number: int) -> Any:
    """A right value; for a unique field another one each time, as long as there are samples."""
    value = field.samples[number % len(field.samples)]
    return [value] if field.many else value

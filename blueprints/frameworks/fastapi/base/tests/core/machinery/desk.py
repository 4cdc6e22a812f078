"""What a caller can do with the rows, as the services of a project offer it."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import TypeAdapter

from app.core import answers
from app.core.answers import Page
from app.core.bodies import Submitted
from app.core.call import Call
from app.core.caller import Caller
from app.core.database import Database, uuid7
from app.core.errors import ApiError
from app.core.json_body import decode_json
from app.core.reading import auditing, reading
from app.core.writing import restoring, writing
from tests.core.machinery.resources import Resource

Json = dict[str, Any]
UNKNOWN = "01940000-0000-7000-8000-000000000000"


class Person(Caller):
    """A caller with a role, also where a service has no accounts."""

    @property
    def is_admin(self) -> bool:
        """Only the admin is one."""
        return self.role == "admin"


def person(role: str) -> Person:
    """Somebody who is logged in with this role."""
    return Person(uuid7(), role)


@contextmanager
def refused(status: int, faults: Mapping[str, str] | None = None) -> Iterator[None]:
    """Expect a failure, with these broken rules by field."""
    with pytest.raises(ApiError) as caught:
        yield
    assert caught.value.status == status, caught.value.message
    if faults is not None:
        assert {each.field: each.rule for each in caught.value.details} == faults


def body_of(model: type[Any], values: Any) -> Submitted[Any]:
    """A body as a route gets it."""
    content = decode_json(json.dumps(values).encode())
    found: Submitted[Any] = TypeAdapter(Submitted[model]).validate_python(content)  # type: ignore[valid-type]
    return found


def shown(answer: Any) -> Json:
    """An answer as it leaves the service."""
    found: Json = answer.model_dump(mode="json")
    return found


def shown_page(found: Page[Any]) -> Json:
    """A page as it leaves the service."""
    content: Json = json.loads(bytes(answers.page(found).body))
    return content


@dataclass(frozen=True)
class Desk:
    """Requests of one caller."""

    database: Database
    caller: Caller

    def call(self, query: str = "", if_match: str | None = None) -> Call:
        """One request."""
        return Call(self.caller, self.database, query.encode(), if_match)

    async def create(self, resource: Resource, query: str = "", **values: Any) -> Json:
        """Make a row."""
        async with writing(self.call(query), resource, "create") as unit:
            accepted = await unit.accept(body_of(resource.create, values))
            return shown(await unit.present(await unit.insert(accepted)))

    async def change(
        self,
        resource: Resource,
        row_id: str,
        values: Json,
        if_match: str | None = None,
    ) -> Json:
        """Change some fields of a row."""
        async with writing(self.call(if_match=if_match), resource, "update") as unit:
            row = await unit.find(row_id, "update")
            await unit.update(row, await unit.accept(body_of(resource.patch, values), row))
            return shown(await unit.present(row))

    async def delete(self, resource: Resource, row_id: str, query: str = "") -> None:
        """Delete a row."""
        async with writing(self.call(query), resource, "delete") as unit:
            await unit.delete(await unit.find(row_id, "delete"))

    async def restore(self, resource: Resource, row_id: str) -> Json:
        """Bring a deleted row back."""
        async with restoring(self.call(), resource) as unit:
            return shown(await unit.present(await unit.restore(row_id)))

    async def link(self, resource: Resource, row_id: str, attribute: str, other: str) -> None:
        """Link a row to another."""
        async with writing(self.call(), resource, "update") as unit:
            await unit.link(row_id, attribute, other)

    async def unlink(self, resource: Resource, row_id: str, attribute: str, other: str) -> None:
        """Take a link away."""
        async with writing(self.call(), resource, "update") as unit:
            await unit.unlink(row_id, attribute, other)

    async def read(self, resource: Resource, row_id: str, query: str = "") -> Json:
        """Find one row."""
        async with reading(self.call(query), resource, "read") as unit:
            return shown(await unit.read(row_id))

    async def read_of(self, resource: Resource, attribute: str, parent: str) -> Json:
        """Find the one row that refers to a parent."""
        async with reading(self.call(), resource, "read") as unit:
            return shown(await unit.read_of(attribute, parent))

    async def page(self, resource: Resource, query: str = "") -> Json:
        """Find rows."""
        async with reading(self.call(query), resource, "list") as unit:
            return shown_page(await unit.page())

    async def page_of(self, resource: Resource, attribute: str, parent: str) -> Json:
        """Find the rows that refer or link to a parent."""
        async with reading(self.call(), resource, "list") as unit:
            return shown_page(await unit.page_of(attribute, parent))

    async def page_linked(
        self,
        resource: Resource,
        owner: Resource,
        attribute: str,
        row_id: str,
    ) -> Json:
        """Find the rows that a row of `owner` links to."""
        async with reading(self.call(), resource, "list") as unit:
            return shown_page(await unit.page_linked(owner, attribute, row_id))

    async def audit(self, resource: Resource, row_id: str) -> list[Json]:
        """Find what was written to a row."""
        async with auditing(self.call(), resource) as unit:
            entries: list[Json] = shown_page(await unit.audit(row_id))["items"]
            return entries

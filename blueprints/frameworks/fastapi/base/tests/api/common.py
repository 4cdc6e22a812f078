"""What the tests of the resources ask for and look at."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.factories import BY_ENTITY
from tests.resources import RESOURCES
from tests.table import Field, Relation, Resource

UNKNOWN_ID = "01940000-0000-7000-8000-000000000000"


def each_resource(*actions: str) -> pytest.MarkDecorator:
    """Every resource with these actions."""
    found = [resource for resource in RESOURCES if resource.can(*actions)]
    return pytest.mark.parametrize("resource", found, ids=str)


def fields(*actions: str) -> list[tuple[Resource, Field]]:
    """Every field that bodies may have, of the resources with these actions."""
    found = [resource for resource in RESOURCES if resource.can(*actions)]
    return [(resource, field) for resource in found for field in resource.written]


def relations(*actions: str, links: bool) -> list[tuple[Resource, Relation]]:
    """Every reference, or every relation with links, of the resources with these actions."""
    found = [resource for resource in RESOURCES if resource.can(*actions)]
    pairs = [(resource, relation) for resource in found for relation in resource.relations]
    return [(resource, relation) for resource, relation in pairs if relation.links == links]


def circles() -> Iterator[list[Relation]]:
    """Cascading references that lead from a resource back to itself, by way of one other at most.

    The first one leads to the resource that holds the second.
    """
    cascading = [
        (resource, relation)
        for resource, relation in relations("read", "update", "delete", links=False)
        if relation.on_delete == "cascade"
    ]
    for resource, relation in cascading:
        if relation.to == resource.entity:
            yield [relation]
        for other, back in cascading:
            if relation.to == other.entity > resource.entity == back.to:
                yield [relation, back]


def name_of(value: Any) -> str:
    """A name for a parameter of a test."""
    return str(value.name if isinstance(value, Field | Relation) else value)


def target_of(relation: Relation) -> Resource | None:
    """The resource that a relation leads to; None for accounts."""
    return BY_ENTITY.get(relation.to)


def target_can(relation: Relation, *actions: str) -> bool:
    """Whether a relation leads to a resource with these actions."""
    target = target_of(relation)
    return target is not None and target.can(*actions)


def path_of(resource: Resource, row: dict[str, Any]) -> str:
    """Where a row lives."""
    return f"{resource.path}/{row['id']}"


def parent_path(relation: Relation, parent: str) -> str:
    """Where the rows are that refer to this one."""
    target = target_of(relation)
    return f"{target.path if target else '/users'}/{parent}/{relation.inverse}"


def faults(answer: httpx2.Response, status: int = 400) -> dict[str, str]:
    """The rules that were broken, by field."""
    assert answer.status_code == status, answer.text
    return {each["field"]: each["rule"] for each in answer.json()["error"]["details"]}


def breaks_a_rule(answer: httpx2.Response) -> bool:
    """Whether nothing but a rule across fields is in the way of a write."""
    if answer.status_code != 400:
        return False
    return {each["rule"] for each in answer.json()["error"]["details"]} == {"rule"}


def ids_of(answer: httpx2.Response) -> list[str]:
    """The ids of the rows of a page."""
    assert answer.status_code == 200, answer.text
    return [row["id"] for row in answer.json()["items"]]

"""Unique values: alone and together, taken, wanted at once, and free again."""

import asyncio
from typing import Any

import httpx2
import pytest

from app.core.naming import json_name
from tests.api.common import each_resource, faults, path_of
from tests.callers import Person
from tests.factories import Factory
from tests.resources import RESOURCES
from tests.table import Resource

pytestmark = pytest.mark.anyio


def keys_of(resource: Resource) -> list[list[str]]:
    """The JSON keys of every unique key that bodies can take."""
    alone = [[field.key] for field in resource.written if field.unique]
    ones = [[each.key] for each in resource.relations if each.kind == "one_to_one"]
    together = [[json_name(name) for name in names] for names in resource.unique]
    return alone + ones + together


KEYS = [
    pytest.param(resource, keys, id=f"{resource}.{'+'.join(keys)}")
    for resource in RESOURCES
    if resource.can("create")
    for keys in keys_of(resource)
]


async def taken(factory: Factory, resource: Resource, keys: list[str]) -> dict[str, Any]:
    """A right body whose values for these keys are new and not null."""
    given: dict[str, Any] = {}
    for relation in resource.relations:
        if relation.key in keys:
            given[relation.key] = await factory.target(relation)
    return await factory.body(resource, given)


@pytest.mark.parametrize(("resource", "keys"), KEYS)
async def test_a_unique_value_is_taken_once_and_free_again(
    resource: Resource,
    keys: list[str],
    client: httpx2.AsyncClient,
    factory: Factory,
    admin: Person,
) -> None:
    first = await taken(factory, resource, keys)
    row = (await client.post(resource.path, json=first, headers=admin.headers)).json()
    body = await factory.body(resource, {key: first[key] for key in keys})
    again = await client.post(resource.path, json=body, headers=admin.headers)
    assert faults(again, 409) == dict.fromkeys(keys, "unique")
    if not resource.can("delete"):
        return
    await client.delete(path_of(resource, row), headers=admin.headers)
    free = await client.post(resource.path, json=body, headers=admin.headers)
    assert free.status_code == 201, free.text
    if resource.soft_delete:
        back = await client.post(f"{path_of(resource, row)}/restore", headers=admin.headers)
        assert faults(back, 409) == dict.fromkeys(keys, "unique")


@each_resource("create")
async def test_all_taken_values_are_named(
    resource: Resource,
    client: httpx2.AsyncClient,
    factory: Factory,
    admin: Person,
) -> None:
    keys = list(dict.fromkeys(key for names in keys_of(resource) for key in names))
    body = await taken(factory, resource, keys)
    first = await client.post(resource.path, json=body, headers=admin.headers)
    again = await client.post(resource.path, json=body, headers=admin.headers)
    assert first.status_code == 201, first.text
    if keys:
        assert faults(again, 409) == dict.fromkeys(keys, "unique")


@pytest.mark.parametrize(("resource", "keys"), KEYS)
async def test_of_many_who_want_a_value_at_once_one_gets_it(
    resource: Resource,
    keys: list[str],
    client: httpx2.AsyncClient,
    factory: Factory,
    admin: Person,
) -> None:
    body = await taken(factory, resource, keys)
    creates = (client.post(resource.path, json=body, headers=admin.headers) for _ in range(50))
    answers = await asyncio.gather(*creates)
    assert sorted(each.status_code for each in answers) == [201, *[409] * 49]

"""The same request again: one effect, one answer."""

import asyncio
import json
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select, update

from app.core.database import Database, now_ms
from app.core.idempotency import IdempotencyKey, forget_old_keys
from tests.api.common import UNKNOWN_ID, each_resource, faults
from tests.callers import LogIn, Person
from tests.factories import Factory, repository
from tests.resources import RESOURCES
from tests.table import Resource

pytestmark = pytest.mark.anyio

CREATED = [resource for resource in RESOURCES if resource.can("create")]
# The more fields, the more there is to compare.
LARGEST = sorted(CREATED, key=lambda each: len(each.written))[-1:]
largest_resource = pytest.mark.parametrize("resource", LARGEST, ids=str)


def with_key(person: Person, key: str = "a key: 1~") -> dict[str, str]:
    """The headers of a request that is done once."""
    return {**person.headers, "Idempotency-Key": key}


async def count(database: Database, model: Any) -> int:
    """How many rows there are."""
    async with database.read() as session:
        return await session.scalar(select(func.count()).select_from(model)) or 0


@each_resource("create")
async def test_requests_with_one_key_make_one_row(
    resource: Resource,
    client: httpx2.AsyncClient,
    database: Database,
    factory: Factory,
    admin: Person,
) -> None:
    body = await factory.body(resource)
    before = await count(database, repository(resource).model)
    posts = (client.post(resource.path, json=body, headers=with_key(admin)) for _ in range(8))
    answers = await asyncio.gather(*posts)
    assert {each.status_code for each in answers} == {201}, answers[-1].text
    assert {each.content for each in answers} == {answers[0].content}
    assert len({each.headers["location"] for each in answers}) == 1
    assert {each.headers["etag"] for each in answers} == {'"1"'}
    replayed = [each.headers.get("idempotency-replayed") for each in answers]
    assert sorted(map(str, replayed)) == ["None", *["true"] * 7]
    assert await count(database, repository(resource).model) == before + 1


@largest_resource
async def test_another_body_is_refused(
    resource: Resource,
    client: httpx2.AsyncClient,
    factory: Factory,
    admin: Person,
) -> None:
    body = await factory.body(resource)
    made = await client.post(resource.path, json=body, headers=with_key(admin))
    assert made.status_code == 201, made.text
    # The order of keys and white space say nothing.
    turned = json.dumps(dict(reversed(body.items())), indent=1)
    headers = {**with_key(admin), "Content-Type": "application/json"}
    same = await client.post(resource.path, content=turned, headers=headers)
    assert (same.status_code, same.content) == (201, made.content)
    others: list[Any] = [{**body, "nonsense": 1}, {}, []]
    for other in others:
        answer = await client.post(resource.path, json=other, headers=with_key(admin))
        assert answer.status_code == 422, answer.text
        assert answer.json()["error"]["code"] == "IDEMPOTENCY_KEY_REUSED"


@each_resource("create")
async def test_numbers_are_compared_by_value(
    resource: Resource,
    client: httpx2.AsyncClient,
    factory: Factory,
    admin: Person,
) -> None:
    body = await factory.body(resource)
    made = await client.post(resource.path, json=body, headers=with_key(admin))
    assert made.status_code == 201, made.text
    other = {key: float(value) if type(value) is int else value for key, value in body.items()}
    again = await client.post(resource.path, json=other, headers=with_key(admin))
    assert (again.status_code, again.content) == (201, made.content)


async def test_a_key_belongs_to_a_path(
    client: httpx2.AsyncClient,
    factory: Factory,
    admin: Person,
) -> None:
    for resource in CREATED:
        body = await factory.body(resource)
        made = await client.post(resource.path, json=body, headers=with_key(admin))
        assert made.status_code == 201, made.text
        assert "idempotency-replayed" not in made.headers


@largest_resource
async def test_a_key_belongs_to_a_caller(
    resource: Resource,
    client: httpx2.AsyncClient,
    factory: Factory,
    admin: Person,
    log_in: LogIn,
) -> None:
    other = await log_in("admin")
    made = await client.post(
        resource.path, json=await factory.body(resource), headers=with_key(admin)
    )
    body = await factory.body(resource)
    if other.id is None:
        assert (await client.post(resource.path, json=body)).status_code == 201
        return
    also = await client.post(resource.path, json=body, headers=with_key(other))
    assert (made.status_code, also.status_code) == (201, 201), also.text
    assert made.json()["id"] != also.json()["id"]


@largest_resource
async def test_a_failure_is_not_kept(
    resource: Resource,
    client: httpx2.AsyncClient,
    factory: Factory,
    admin: Person,
) -> None:
    body = await factory.body(resource)
    wrong = {**body, "id": UNKNOWN_ID}
    refused = await client.post(resource.path, json=wrong, headers=with_key(admin))
    assert faults(refused) == {"id": "readOnly"}
    made = await client.post(resource.path, json=body, headers=with_key(admin))
    assert made.status_code == 201, made.text
    assert "idempotency-replayed" not in made.headers


@largest_resource
@pytest.mark.parametrize("key", ["", "x" * 256, "caf\u00e9", "a\tb"])
async def test_a_key_that_is_none(
    resource: Resource,
    key: str,
    client: httpx2.AsyncClient,
    factory: Factory,
    admin: Person,
) -> None:
    body = await factory.body(resource)
    headers: Any = [*admin.headers.items(), ("Idempotency-Key", key.encode("latin-1"))]
    answer = await client.post(resource.path, json=body, headers=headers)
    assert faults(answer) == {"Idempotency-Key": "format"}


@largest_resource
async def test_keys_are_forgotten(
    resource: Resource,
    client: httpx2.AsyncClient,
    app: FastAPI,
    database: Database,
    factory: Factory,
    admin: Person,
) -> None:
    body = await factory.body(resource)
    made = await client.post(resource.path, json=body, headers=with_key(admin))
    await forget_old_keys(database, app.state.settings)
    assert await count(database, IdempotencyKey) == 1
    old = now_ms().replace(year=2020)
    async with database.write() as session:
        await session.execute(update(IdempotencyKey).values(created_at=old))
    await factory.forget(resource, made.json())
    again = await client.post(resource.path, json=body, headers=with_key(admin))
    assert again.status_code == 201, again.text
    assert again.json()["id"] != made.json()["id"]
    async with database.write() as session:
        await session.execute(update(IdempotencyKey).values(created_at=old))
    await forget_old_keys(database, app.state.settings)
    assert await count(database, IdempotencyKey) == 0

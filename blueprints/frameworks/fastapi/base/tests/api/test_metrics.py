"""What `/metrics` counts of the resources."""

import httpx2
import pytest
from fastapi import FastAPI

from app.core.naming import snake_case
from app.project import BASE_PATH
from tests.api.common import each_resource
from tests.callers import Person
from tests.factories import Factory
from tests.observability.test_metrics import read
from tests.table import Resource

pytestmark = pytest.mark.anyio


@each_resource("create")
async def test_a_created_row_counts_once(
    app: FastAPI,
    client: httpx2.AsyncClient,
    factory: Factory,
    admin: Person,
    resource: Resource,
) -> None:
    name = f"{snake_case(resource.entity)}_created_total"
    body = await factory.body(resource)
    before = (await read(app))[name]
    for sent, status in ((body, 201), ({"unknown": 1}, 400)):
        answer = await client.post(resource.path, json=sent, headers=admin.headers)
        assert answer.status_code == status, answer.text
    assert (await read(app))[name] == before + 1


@each_resource("read")
async def test_requests_are_counted_by_the_template_of_their_path(
    app: FastAPI,
    client: httpx2.AsyncClient,
    admin: Person,
    resource: Resource,
) -> None:
    route = f'method="GET",route="{BASE_PATH}{resource.path}/{{id}}"'
    name = f'http_requests_total{{{route},status="400"}}'
    before = (await read(app)).get(name, 0)
    for row_id in ("one", "two"):
        await client.get(f"{resource.path}/{row_id}", headers=admin.headers)
    found = await read(app)
    assert found[name] == before + 2
    assert not any("/one" in each for each in found)

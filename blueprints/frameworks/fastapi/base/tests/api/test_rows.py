"""Single rows: reading, writing, validation, versions, deletion, audit."""

import asyncio
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx2
import pytest

from app.core.answers import wire_name
from app.core.database import Database
from app.core.naming import json_name
from tests.api.common import (
    UNKNOWN_ID,
    breaks_a_rule,
    each_resource,
    faults,
    fields,
    name_of,
    path_of,
)
from tests.boundaries import right, wrong
from tests.callers import ADMINS_ONLY, Person
from tests.factories import Factory, repository
from tests.resources import RESOURCES
from tests.table import Field, Resource

pytestmark = pytest.mark.anyio

METHODS = {
    "list": ["GET"],
    "read": ["GET"],
    "create": ["POST"],
    "update": ["PUT", "PATCH"],
    "delete": ["DELETE"],
}
JSON_FIELDS = [pair for pair in fields("read", "update") if pair[1].type == "json"]
SHOWN_JSON_FIELDS = [pair for pair in JSON_FIELDS if not pair[1].private]
WITH_PRIVATE_FIELDS = [
    resource
    for resource in RESOURCES
    if resource.can("update") and any(field.private for field in resource.written)
]
SERVER_FIELDS = [
    (resource, field)
    for resource in RESOURCES
    for field in resource.fields
    if field.read_only and resource.can("create")
]


@each_resource("read", "create")
async def test_a_row_is_made_and_read(
    resource: Resource,
    client: httpx2.AsyncClient,
    factory: Factory,
    admin: Person,
) -> None:
    body = await factory.body(resource)
    made = await client.post(resource.path, json=body, headers=admin.headers)
    assert made.status_code == 201, made.text
    row = made.json()
    private = {field.key for field in resource.fields if field.private}
    assert private.isdisjoint(row)
    assert {key: row[key] for key in body if key not in private} == {
        key: value for key, value in body.items() if key not in private
    }
    assert row["version"] == 1
    assert made.headers["location"].endswith(path_of(resource, row))
    read = await client.get(path_of(resource, row), headers=admin.headers)
    assert read.json() == row
    assert read.headers["etag"] == '"1"'
    same = await client.get(
        path_of(resource, row), headers={**admin.headers, "If-None-Match": 'W/"1"'}
    )
    assert (same.status_code, same.content) == (304, b"")


@each_resource()
async def test_what_is_no_action_has_no_route(
    resource: Resource,
    client: httpx2.AsyncClient,
    admin: Person,
) -> None:
    for path, actions in (
        (resource.path, ("list", "create")),
        (f"{resource.path}/{UNKNOWN_ID}", ("read", "update", "delete")),
    ):
        left = any(resource.can(action) for action in actions)
        for action in actions:
            for method in METHODS[action] if not resource.can(action) else ():
                answer = await client.request(method, path, headers=admin.headers)
                assert answer.status_code == (405 if left else 404), (method, path)


@each_resource("create")
async def test_all_faults_come_at_once(
    resource: Resource,
    client: httpx2.AsyncClient,
    admin: Person,
) -> None:
    body = {"id": UNKNOWN_ID, "nonsense": 1}
    found = faults(await client.post(resource.path + "?a=1", json=body, headers=admin.headers))
    required = dict.fromkeys(resource.needed, "required")
    assert found == {"a": "unknown", "id": "readOnly", "nonsense": "unknown", **required}
    headers = {**admin.headers, "Content-Type": "application/json"}
    for content in ("null", "[]", '"x"', "5"):
        answer = await client.post(resource.path, content=content, headers=headers)
        assert faults(answer) == {"": "type"}


@pytest.mark.parametrize(("resource", "field"), fields("update"), ids=name_of)
async def test_limits_of_a_field(
    resource: Resource,
    field: Field,
    client: httpx2.AsyncClient,
    factory: Factory,
    admin: Person,
) -> None:
    path = path_of(resource, await factory.make(resource))
    for value, expected in right(field):
        answer = await client.patch(path, json={field.key: value}, headers=admin.headers)
        if field.ruled and breaks_a_rule(answer):
            continue
        assert answer.status_code == 200, (value, answer.text)
        if not field.private:
            assert answer.json()[field.key] == expected
    for value, place, rule in wrong(field):
        answer = await client.patch(path, json={field.key: value}, headers=admin.headers)
        assert faults(answer) == {place: rule}, value
    answer = await client.patch(path, json={field.key: None}, headers=admin.headers)
    if field.required:
        assert faults(answer) == {field.key: "required"}
    elif not field.private:
        assert answer.json()[field.key] is None


@pytest.mark.parametrize(("resource", "field"), fields("create"), ids=name_of)
async def test_limits_of_a_field_of_a_new_row(
    resource: Resource,
    field: Field,
    client: httpx2.AsyncClient,
    factory: Factory,
    admin: Person,
) -> None:
    body = await factory.body(resource)
    for value, expected in right(field):
        given = {**body, field.key: value}
        answer = await client.post(resource.path, json=given, headers=admin.headers)
        if field.ruled and breaks_a_rule(answer):
            continue
        assert answer.status_code == 201, (value, answer.text)
        if not field.private:
            assert answer.json()[field.key] == expected
        await factory.forget(resource, answer.json())
    for value, place, rule in wrong(field):
        given = {**body, field.key: value}
        answer = await client.post(resource.path, json=given, headers=admin.headers)
        assert faults(answer) == {place: rule}, value


@pytest.mark.parametrize(("resource", "field"), SERVER_FIELDS, ids=name_of)
async def test_read_only_fields(
    resource: Resource,
    field: Field,
    client: httpx2.AsyncClient,
    factory: Factory,
    admin: Person,
) -> None:
    body = await factory.body(resource, {field.key: field.sample(1)})
    answer = await client.post(resource.path, json=body, headers=admin.headers)
    assert faults(answer) == {field.key: "readOnly"}
    row = await factory.make(resource)
    if not field.private:
        assert _is_default(field, row[field.key])


@pytest.mark.parametrize(("resource", "field"), SHOWN_JSON_FIELDS, ids=name_of)
async def test_a_patch_merges_inside_json(
    resource: Resource,
    field: Field,
    client: httpx2.AsyncClient,
    factory: Factory,
    admin: Person,
) -> None:
    row = await factory.make(resource, {field.key: {"a": {"b": 1, "c": [2]}, "d": 3}})
    for patch, merged in (
        ({"a": {"b": None, "e": {"f": 4}}}, {"a": {"c": [2], "e": {"f": 4}}, "d": 3}),
        ({"a": {"c": [None], "e": 5}, "d": None}, {"a": {"c": [None], "e": 5}}),
        ({"a": [6]}, {"a": [6]}),
        ({}, {"a": [6]}),
    ):
        headers = {**admin.headers, "Content-Type": "application/merge-patch+json"}
        answer = await client.patch(
            path_of(resource, row), json={field.key: patch}, headers=headers
        )
        assert answer.json()[field.key] == merged
        read = await client.get(path_of(resource, row), headers=admin.headers)
        assert read.json()[field.key] == merged


@each_resource("update")
async def test_put_and_patch(
    resource: Resource,
    client: httpx2.AsyncClient,
    factory: Factory,
    admin: Person,
) -> None:
    row = await factory.make(resource)
    path = path_of(resource, row)
    nothing = await client.patch(path, json={}, headers=admin.headers)
    assert nothing.json() == row
    body = await factory.body(resource)
    least = {key: value for key, value in body.items() if key in resource.needed}
    put = await client.put(path, json=least, headers={**admin.headers, "If-Match": '"1"'})
    assert put.status_code == 200, put.text
    assert put.json()["version"] == 2
    assert put.headers["etag"] == '"2"'
    for field in resource.written:
        if not field.needed and not field.private:
            assert _is_default(field, put.json()[field.key]), field
    for tag in ('"1"', "garbled"):
        headers = {**admin.headers, "If-Match": tag}
        for method in ("PUT", "PATCH"):
            late = await client.request(method, path, json={}, headers=headers)
            assert late.status_code == 412


def _is_default(field: Field, value: Any) -> bool:
    """Whether a value is what a field has when nothing was given."""
    if field.default == "now" and field.type in ("date", "datetime"):
        return isinstance(value, str)
    if field.default is None or field.many:
        return bool(value == field.default)
    if field.type == "decimal":
        return Decimal(value) == Decimal(str(field.default))
    if field.type == "datetime":
        return datetime.fromisoformat(value) == datetime.fromisoformat(field.default)
    return bool(value == field.default)


@pytest.mark.parametrize("resource", WITH_PRIVATE_FIELDS, ids=str)
async def test_put_keeps_private_fields_that_are_left_out(
    resource: Resource,
    client: httpx2.AsyncClient,
    factory: Factory,
    database: Database,
    admin: Person,
) -> None:
    row = await factory.make(resource)
    private = {field.key for field in resource.written if field.private}
    body = await factory.body(resource)

    async def kept() -> dict[str, Any]:
        async with database.read() as session:
            stored = await session.get_one(repository(resource).model, UUID(row["id"]))
            return {key: value for key, value in vars(stored).items() if is_private(key)}

    def is_private(attribute: str) -> bool:
        return wire_name(attribute) in private

    before = await kept()
    assert len(before) == len(private)
    open_part = {key: value for key, value in body.items() if key not in private}
    put = await client.put(path_of(resource, row), json=open_part, headers=admin.headers)
    assert put.status_code == 200, put.text
    assert await kept() == before
    given = await client.put(path_of(resource, row), json=body, headers=admin.headers)
    assert given.status_code == 200, given.text
    assert await kept() != before


@each_resource("delete")
async def test_a_deletion_minds_the_version(
    resource: Resource,
    client: httpx2.AsyncClient,
    factory: Factory,
    admin: Person,
) -> None:
    path = path_of(resource, await factory.make(resource))
    for tag, status in (('"2"', 412), ("garbled", 412), ('"1"', 204), ('"1"', 404)):
        headers = {**admin.headers, "If-Match": tag}
        assert (await client.delete(path, headers=headers)).status_code == status


@each_resource("update")
async def test_of_two_writes_with_one_tag_one_wins(
    resource: Resource,
    client: httpx2.AsyncClient,
    factory: Factory,
    admin: Person,
) -> None:
    path = path_of(resource, await factory.make(resource))
    body = await factory.body(resource)
    headers = {**admin.headers, "If-Match": '"1"'}
    writes = (client.put(path, json=body, headers=headers) for _ in range(5))
    answers = await asyncio.gather(*writes)
    assert sorted(each.status_code for each in answers) == [200, 412, 412, 412, 412]


@each_resource()
async def test_ids_and_missing_rows(
    resource: Resource,
    client: httpx2.AsyncClient,
    admin: Person,
) -> None:
    methods = [method for action in resource.actions for method in METHODS[action]]
    for method in set(methods) - {"POST"} if resource.can("read") else ():
        body = None if method in ("GET", "DELETE") else {"nonsense": 1}
        for row_id, status in (("5", 400), (UNKNOWN_ID, 404)):
            answer = await client.request(
                method, f"{resource.path}/{row_id}?a=1", json=body, headers=admin.headers
            )
            assert answer.status_code == status, answer.text
            if status == 400:
                assert faults(answer) == {"id": "format"}


@each_resource("list", "read", "delete")
async def test_deletion(
    resource: Resource,
    client: httpx2.AsyncClient,
    factory: Factory,
    admin: Person,
) -> None:
    row = await factory.make(resource)
    path = path_of(resource, row)
    assert (await client.delete(path, headers=admin.headers)).status_code == 204
    assert (await client.get(path, headers=admin.headers)).status_code == 404
    assert (await client.delete(path, headers=admin.headers)).status_code == 404
    flag = f"{json_name('include_deleted')}=true"
    listed = await client.get(f"{resource.path}?{flag}", headers=admin.headers)
    if not resource.soft_delete:
        assert faults(listed) == {json_name("include_deleted"): "unknown"}
        return
    deleted = {each["id"]: each for each in listed.json()["items"]}[row["id"]]
    assert deleted[json_name("deleted_at")].endswith("Z")
    assert (await client.get(f"{resource.path}?{flag}")).status_code == ADMINS_ONLY
    restored = await client.post(f"{path}/restore", headers=admin.headers)
    assert (restored.status_code, restored.json()["version"]) == (200, 3)
    assert (await client.post(f"{path}/restore", headers=admin.headers)).status_code == 409


@each_resource("create", "update", "delete")
async def test_audit(
    resource: Resource,
    client: httpx2.AsyncClient,
    factory: Factory,
    admin: Person,
) -> None:
    row = await factory.make(resource)
    path = path_of(resource, row)
    answer = await client.get(f"{path}/audit", headers=admin.headers)
    if not resource.audit:
        assert answer.status_code == 404
        return
    several = [each for each in resource.written if len(each.samples) > 1]
    # A field alone where no rule reads it, else those together that rules read.
    changed = [each for each in several if not each.ruled][:1] or several
    body = {each.key: each.sample(1) for each in changed}
    patched = await client.patch(path, json=body, headers=admin.headers)
    assert patched.status_code == 200, patched.text
    await client.delete(path, headers=admin.headers)
    answer = await client.get(f"{path}/audit", headers=admin.headers)
    entries = answer.json()["items"]
    assert [each["action"] for each in entries] == ["create", "update", "delete"]
    actor = str(admin.id) if admin.id else None
    assert {each[json_name("actor_id")] for each in entries} == {actor}
    shown = {each.key for each in changed if not each.private}
    after = {key: value for key, value in entries[1]["after"].items() if key in shown}
    assert after == {key: body[key] for key in shown if body[key] != row[key]}
    assert (await client.get(f"{path}/audit")).status_code == ADMINS_ONLY

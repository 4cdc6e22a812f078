"""Every resource: reading, writing, validation, lists, relations, deletion, audit."""

import asyncio
from typing import Any

import httpx2
import pytest

from app.core.naming import json_name
from tests.boundaries import right, wrong
from tests.callers import Person
from tests.factories import BY_ENTITY, Factory
from tests.resources import RESOURCES
from tests.table import Field, Relation, Resource

pytestmark = pytest.mark.anyio
each_resource = pytest.mark.parametrize("resource", RESOURCES, ids=str)
UNKNOWN_ID = "01940000-0000-7000-8000-000000000000"

FIELDS = [
    pytest.param(resource, field, id=f"{resource}.{field.name}")
    for resource in RESOURCES
    for field in resource.fields
    if not field.read_only
]
REFERENCES = [
    pytest.param(resource, relation, id=f"{resource}.{relation.name}")
    for resource in RESOURCES
    for relation in resource.relations
    if relation.kind != "many_to_many"
]
LINKS = [
    pytest.param(resource, relation, id=f"{resource}.{relation.name}")
    for resource in RESOURCES
    for relation in resource.relations
    if relation.kind == "many_to_many"
]


def faults(answer: httpx2.Response, status: int = 400) -> dict[str, str]:
    """The rules that were broken, by field."""
    assert answer.status_code == status, answer.text
    return {each["field"]: each["rule"] for each in answer.json()["error"]["details"]}


def path_of(resource: Resource, row: dict[str, Any]) -> str:
    """Where a row lives."""
    return f"{resource.path}/{row['id']}"


@each_resource
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


@each_resource
async def test_all_faults_come_at_once(
    resource: Resource,
    client: httpx2.AsyncClient,
    admin: Person,
) -> None:
    body = {"id": UNKNOWN_ID, "nonsense": 1}
    found = faults(await client.post(resource.path + "?a=1", json=body, headers=admin.headers))
    required = dict.fromkeys(_required(resource), "required")
    assert found == {"a": "unknown", "id": "readOnly", "nonsense": "unknown", **required}
    headers = {**admin.headers, "Content-Type": "application/json"}
    for content in ("null", "[]", '"x"', "5"):
        answer = await client.post(resource.path, content=content, headers=headers)
        assert faults(answer) == {"": "type"}


@pytest.mark.parametrize(("resource", "field"), FIELDS)
async def test_limits_of_a_field(
    resource: Resource,
    field: Field,
    client: httpx2.AsyncClient,
    factory: Factory,
    admin: Person,
) -> None:
    row = await factory.make(resource)
    path = path_of(resource, row)
    for value, expected in right(field):
        answer = await client.patch(path, json={field.key: value}, headers=admin.headers)
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


@each_resource
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
    least = {
        key: value
        for key, value in (await factory.body(resource)).items()
        if key in _required(resource)
    }
    put = await client.put(path, json=least, headers={**admin.headers, "If-Match": '"1"'})
    assert put.status_code == 200, put.text
    assert put.json()["version"] == 2
    assert put.headers["etag"] == '"2"'
    for field in resource.fields:
        if not field.required and not field.private and not field.read_only:
            assert put.json()[field.key] == field.default
    for tag in ('"1"', "garbled"):
        headers = {**admin.headers, "If-Match": tag}
        for late in (
            await client.put(path, json={}, headers=headers),
            await client.patch(path, json={}, headers=headers),
            await client.delete(path, headers=headers),
        ):
            assert late.status_code == 412


def _required(resource: Resource) -> list[str]:
    """The keys that a create cannot do without."""
    fields = [
        each.key
        for each in resource.fields
        if each.required and each.default is None and not each.read_only
    ]
    relations = [
        each.key for each in resource.relations if each.required and each.kind != "many_to_many"
    ]
    return fields + relations


@each_resource
async def test_of_two_writes_with_one_tag_one_wins(
    resource: Resource,
    client: httpx2.AsyncClient,
    factory: Factory,
    admin: Person,
) -> None:
    row = await factory.make(resource)
    field = next(each for each in resource.fields if not each.read_only)
    value = [field.samples[0]] if field.many else field.samples[0]
    headers = {**admin.headers, "If-Match": '"1"'}
    answers = await asyncio.gather(
        *(
            client.patch(path_of(resource, row), json={field.key: value}, headers=headers)
            for _ in range(5)
        )
    )
    assert sorted(each.status_code for each in answers) == [200, 412, 412, 412, 412]


@each_resource
async def test_ids_and_missing_rows(
    resource: Resource,
    client: httpx2.AsyncClient,
    admin: Person,
) -> None:
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        body = None if method in ("GET", "DELETE") else {"nonsense": 1}
        for row_id, status in (("5", 400), (UNKNOWN_ID, 404)):
            answer = await client.request(
                method, f"{resource.path}/{row_id}?a=1", json=body, headers=admin.headers
            )
            assert answer.status_code == status, answer.text
            if status == 400:
                assert faults(answer) == {"id": "format"}


@each_resource
async def test_lists(
    resource: Resource,
    client: httpx2.AsyncClient,
    factory: Factory,
    admin: Person,
) -> None:
    rows = [await factory.make(resource) for _ in range(2)]
    listed = await client.get(resource.path, headers=admin.headers)
    ids = [row["id"] for row in listed.json()["items"]]
    assert ids == sorted(ids)
    assert {row["id"] for row in rows} <= set(ids)
    first = await client.get(f"{resource.path}?limit=1", headers=admin.headers)
    assert first.json()["items"] == listed.json()["items"][:1]
    if resource.cursor:
        cursor = first.json()[json_name("next_cursor")]
        second = await client.get(f"{resource.path}?limit=1&cursor={cursor}", headers=admin.headers)
    else:
        assert {key: first.json()[key] for key in ("total", "limit", "offset")} == {
            "total": len(ids),
            "limit": 1,
            "offset": 0,
        }
        second = await client.get(f"{resource.path}?limit=1&offset=1", headers=admin.headers)
    assert second.json()["items"] == listed.json()["items"][1:2]


@each_resource
async def test_faulty_lists(
    resource: Resource,
    client: httpx2.AsyncClient,
    admin: Person,
) -> None:
    created = json_name("created_at")
    position = "cursor" if resource.cursor else "offset"
    for query, expected in {
        "limit=0": {"limit": "min"},
        "limit=101": {"limit": "max"},
        "limit=x&nonsense=1": {"limit": "type", "nonsense": "unknown"},
        "limit=1&limit=1": {"limit": "repeated"},
        f"{position}=-1": {position: "format" if resource.cursor else "type"},
        "sort=nonsense": {"sort": "enum"},
        f"{created}.gte=5": {f"{created}.gte": "format"},
        f"{created}=%FF": {created: "format"},
    }.items():
        answer = await client.get(f"{resource.path}?{query}", headers=admin.headers)
        assert faults(answer) == expected, query


@each_resource
async def test_every_filter_and_sort(
    resource: Resource,
    client: httpx2.AsyncClient,
    factory: Factory,
    admin: Person,
) -> None:
    row = await factory.make(resource)
    await factory.make(resource)
    for field in resource.fields:
        if field.private or field.many or field.type in ("text", "json"):
            continue
        value = row[field.key]
        text = str(value).lower() if isinstance(value, bool) else value
        for name in (field.key, f"{field.key}.in"):
            found = await client.get(resource.path, params={name: text}, headers=admin.headers)
            assert found.status_code == 200, found.text
            assert row["id"] in {each["id"] for each in found.json()["items"]}, name
        for sort in (field.key, f"-{field.key}"):
            found = await client.get(resource.path, params={"sort": sort}, headers=admin.headers)
            values = [each[field.key] for each in found.json()["items"]]
            if field.type not in ("decimal", "float"):
                lowest = sorted(values, key=lambda each: (each is not None, each))
                assert values == (lowest[::-1] if sort[0] == "-" else lowest)
        if not field.required:
            name = f"{field.key}.{json_name('is_null')}"
            found = await client.get(resource.path, params={name: "true"}, headers=admin.headers)
            assert row["id"] not in {each["id"] for each in found.json()["items"]}
    for name in resource.search:
        text = row[json_name(name)][1:].upper()
        found = await client.get(resource.path, params={"q": text}, headers=admin.headers)
        assert row["id"] in {each["id"] for each in found.json()["items"]}
        none = await client.get(resource.path, params={"q": "%_%"}, headers=admin.headers)
        assert none.json()["items"] == []


@pytest.mark.parametrize(("resource", "relation"), REFERENCES)
async def test_references(
    resource: Resource,
    relation: Relation,
    client: httpx2.AsyncClient,
    factory: Factory,
    admin: Person,
) -> None:
    target = await factory.target(relation)
    row = await factory.make(resource, None, **{relation.key: target})
    bad = {relation.key: UNKNOWN_ID, "nonsense": 1}
    answer = await client.patch(path_of(resource, row), json=bad, headers=admin.headers)
    assert faults(answer) == {relation.key: "reference", "nonsense": "unknown"}
    name = json_name(relation.name)
    shown = await client.get(f"{path_of(resource, row)}?expand={name}", headers=admin.headers)
    assert shown.json()[name]["id"] == target
    assert "etag" not in shown.headers
    parent = "/users" if relation.to == "User" else BY_ENTITY[relation.to].path
    nested = await client.get(f"{parent}/{target}/{relation.inverse}", headers=admin.headers)
    found = [nested.json()] if relation.kind == "one_to_one" else nested.json()["items"]
    assert [each["id"] for each in found] == [row["id"]]
    gone = await client.get(f"{parent}/{UNKNOWN_ID}/{relation.inverse}", headers=admin.headers)
    assert gone.status_code == 404
    if relation.to != "User":
        deleted = await client.delete(f"{parent}/{target}", headers=admin.headers)
        after = await client.get(path_of(resource, row), headers=admin.headers)
        if relation.on_delete == "restrict":
            assert deleted.status_code == 409
        elif relation.on_delete == "cascade":
            assert (deleted.status_code, after.status_code) == (204, 404)
        else:
            assert deleted.status_code == 204
            assert (after.json()[relation.key], after.json()["version"]) == (None, 2)


@pytest.mark.parametrize(("resource", "relation"), LINKS)
async def test_links(
    resource: Resource,
    relation: Relation,
    client: httpx2.AsyncClient,
    factory: Factory,
    admin: Person,
) -> None:
    one, two = sorted([await factory.target(relation), await factory.target(relation)])
    row = await factory.make(resource, None, **{relation.key: [two, one]})
    assert row[relation.key] == [one, two]
    path = path_of(resource, row)
    bad = {relation.key: [one, UNKNOWN_ID, one]}
    answer = await client.patch(path, json=bad, headers=admin.headers)
    assert faults(answer) == {f"{relation.key}[1]": "reference", f"{relation.key}[2]": "unique"}
    link = f"{path}/{relation.inverse}/{one}"
    for method, version in (("DELETE", 2), ("DELETE", 2), ("PUT", 3), ("PUT", 3)):
        assert (await client.request(method, link, headers=admin.headers)).status_code == 204
        read = await client.get(path, headers=admin.headers)
        assert read.json()["version"] == version
    nested = await client.get(f"{path}/{relation.inverse}", headers=admin.headers)
    assert [each["id"] for each in nested.json()["items"]] == [one, two]
    target = BY_ENTITY[relation.to]
    assert (await client.delete(f"{target.path}/{one}", headers=admin.headers)).status_code == 204
    assert (await client.get(path, headers=admin.headers)).json()[relation.key] == [two]


@each_resource
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
        assert listed.status_code == 400
        return
    deleted = {each["id"]: each for each in listed.json()["items"]}[row["id"]]
    assert deleted[json_name("deleted_at")].endswith("Z")
    assert (await client.get(f"{resource.path}?{flag}")).status_code == 401
    restored = await client.post(f"{path}/restore", headers=admin.headers)
    assert (restored.status_code, restored.json()["version"]) == (200, 3)
    assert (await client.post(f"{path}/restore", headers=admin.headers)).status_code == 409


@each_resource
async def test_unique_values(
    resource: Resource,
    client: httpx2.AsyncClient,
    factory: Factory,
    admin: Person,
) -> None:
    for field in resource.fields:
        if not field.unique:
            continue
        row = await factory.make(resource)
        body = await factory.body(resource, **{field.key: row.get(field.key, field.samples[0])})
        answers = await asyncio.gather(
            *(client.post(resource.path, json=body, headers=admin.headers) for _ in range(3))
        )
        for answer in answers:
            assert faults(answer, 409) == {field.key: "unique"}
        await client.delete(path_of(resource, row), headers=admin.headers)
        again = await client.post(resource.path, json=body, headers=admin.headers)
        assert again.status_code == 201, again.text
        if resource.soft_delete:
            back = await client.post(f"{path_of(resource, row)}/restore", headers=admin.headers)
            assert faults(back, 409) == {field.key: "unique"}


@each_resource
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
    field = next(each for each in resource.fields if len(each.samples) > 1)
    value = [field.samples[1]] if field.many else field.samples[1]
    await client.patch(path, json={field.key: value}, headers=admin.headers)
    await client.delete(path, headers=admin.headers)
    answer = await client.get(f"{path}/audit", headers=admin.headers)
    entries = answer.json()["items"]
    assert [each["action"] for each in entries] == ["create", "update", "delete"]
    assert {each[json_name("actor_id")] for each in entries} == {str(admin.id)}
    if not field.private:
        assert entries[1]["after"] == {field.key: value}
    assert (await client.get(f"{path}/audit")).status_code == 401

"""Lists: pages, filters, order, search, and whose rows they hold."""

from decimal import Decimal
from typing import Any

import httpx2
import pytest
from sqlalchemy import event

from app.core.database import Database
from app.core.naming import json_name
from tests.api.common import (
    UNKNOWN_ID,
    each_resource,
    faults,
    ids_of,
    name_of,
    parent_path,
    path_of,
    relations,
    target_can,
)
from tests.callers import ADMINS_ONLY, LogIn, Person
from tests.factories import Factory
from tests.resources import RESOURCES
from tests.table import Field, Relation, Resource

pytestmark = pytest.mark.anyio

SORTED_BY_CURSOR = [
    (resource, field)
    for resource in RESOURCES
    for field in resource.fields
    if resource.cursor and resource.can("list") and field.name in resource.sorts
]
SEARCHED = [
    (resource, field)
    for resource in RESOURCES
    for field in resource.fields
    if resource.can("list") and field.name in resource.search and not field.read_only
]
# Of whose rows a user sees his own alone.
OWNERS_LIST = [
    resource
    for resource in RESOURCES
    if resource.can("list")
    and "owner" in resource.access["list"]
    and not {"public", "authenticated", "user"} & {*resource.access["list"]}
]
NESTED_SOFT = [
    (resource, relation)
    for resource, relation in relations("list", "delete", links=False)
    if resource.soft_delete and relation.kind == "many_to_one"
]


@each_resource("list")
async def test_pages(
    resource: Resource,
    client: httpx2.AsyncClient,
    factory: Factory,
    admin: Person,
) -> None:
    rows = [await factory.make(resource) for _ in range(2)]
    listed = await client.get(resource.path, headers=admin.headers)
    ids = ids_of(listed)
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


@each_resource("list")
async def test_faulty_lists(
    resource: Resource,
    client: httpx2.AsyncClient,
    admin: Person,
) -> None:
    position = "cursor" if resource.cursor else "offset"
    queries = {
        "limit=0": {"limit": "min"},
        "limit=101": {"limit": "max"},
        "limit=x&nonsense=1": {"limit": "type", "nonsense": "unknown"},
        "limit=1&limit=1": {"limit": "repeated"},
        f"{position}=-1": {position: "format" if resource.cursor else "type"},
        "sort=nonsense": {"sort": "enum"},
        "q=": {"q": "min" if resource.search else "unknown"},
    }
    for field in resource.fields:
        if field.name not in resource.filters:
            queries[f"{field.key}=1"] = {field.key: "unknown"}
        if field.name not in resource.sorts:
            queries[f"sort={field.key}"] = {"sort": "enum"}
    if "created_at" in resource.filters:
        created = json_name("created_at")
        queries[f"{created}.gte=5"] = {f"{created}.gte": "format"}
        queries[f"{created}=%FF"] = {created: "format"}
    for query, expected in queries.items():
        answer = await client.get(f"{resource.path}?{query}", headers=admin.headers)
        assert faults(answer) == expected, query


@each_resource("list")
async def test_every_filter(
    resource: Resource,
    client: httpx2.AsyncClient,
    factory: Factory,
    admin: Person,
) -> None:
    row = await factory.make(resource)
    await factory.make(resource)
    for field in resource.fields:
        value = row.get(field.key)
        if field.name not in resource.filters or value is None:
            continue
        text = str(value).lower() if isinstance(value, bool) else str(value)
        for name in (field.key, f"{field.key}.in"):
            if name == field.key or "," not in text:
                found = await client.get(resource.path, params={name: text}, headers=admin.headers)
                assert row["id"] in ids_of(found), name
                assert {each[field.key] for each in found.json()["items"]} == {value}
        if not field.required:
            name = f"{field.key}.{json_name('is_null')}"
            found = await client.get(resource.path, params={name: "true"}, headers=admin.headers)
            assert row["id"] not in ids_of(found)


@each_resource("list")
async def test_every_order(
    resource: Resource,
    client: httpx2.AsyncClient,
    factory: Factory,
    admin: Person,
) -> None:
    for _ in range(3):
        await factory.make(resource)
    for field in resource.fields:
        if field.name not in resource.sorts:
            continue
        for sort in (field.key, f"-{field.key}"):
            found = await client.get(resource.path, params={"sort": sort}, headers=admin.headers)
            values = [each[field.key] for each in found.json()["items"]]
            lowest = sorted(values, key=lambda each: _place(field, each))
            assert values == (lowest[::-1] if sort[0] == "-" else lowest)


def _place(field: Field, value: Any) -> tuple[bool, Any]:
    """Where a value stands in the order of its field: nulls lowest."""
    return value is not None, Decimal(value or 0) if field.type == "decimal" else value


@pytest.mark.parametrize(("resource", "field"), SEARCHED, ids=name_of)
async def test_search(
    resource: Resource,
    field: Field,
    client: httpx2.AsyncClient,
    factory: Factory,
    admin: Person,
) -> None:
    row = await factory.make(resource)
    text = "".join(each.upper() if each.isascii() else each for each in row[field.key])
    found = await client.get(resource.path, params={"q": text}, headers=admin.headers)
    assert row["id"] in ids_of(found)
    for query in ("%", "_", "%_%"):
        none = await client.get(resource.path, params={"q": query}, headers=admin.headers)
        assert ids_of(none) == []
    if not field.pattern and field.high >= 3:
        other = await factory.make(resource, {field.key: f"a%_{row[field.key]}"[: field.high]})
        for query in ("%", "_", "A%_"):
            one = await client.get(resource.path, params={"q": query}, headers=admin.headers)
            assert ids_of(one) == [other["id"]]


@pytest.mark.parametrize("back", [False, True])
@pytest.mark.parametrize(("resource", "field"), SORTED_BY_CURSOR, ids=name_of)
async def test_pages_hold_while_rows_are_added(
    resource: Resource,
    field: Field,
    back: bool,
    client: httpx2.AsyncClient,
    factory: Factory,
    admin: Person,
) -> None:
    null: dict[str, Any] = {} if field.required or field.read_only else {field.key: None}
    rows = [await factory.make(resource, given) for given in ({}, null, null)]
    query = {"limit": "1", "sort": f"{'-' * back}{field.key}"}
    seen: list[dict[str, Any]] = []
    while True:
        page = await client.get(resource.path, params=query, headers=admin.headers)
        seen += page.json()["items"]
        cursor = page.json()[json_name("next_cursor")]
        if cursor is None or len(seen) > 10:
            break
        if len(seen) < 3:
            await factory.make(resource)
        query["cursor"] = cursor
    ids = [each["id"] for each in seen]
    assert len(ids) == len(set(ids))
    assert {row["id"] for row in rows} <= set(ids)
    places = [_place(field, each[field.key]) for each in seen]
    assert places == sorted(places, reverse=back)


@pytest.mark.parametrize("resource", OWNERS_LIST, ids=name_of)
async def test_a_list_for_owners_holds_his_own_rows(
    resource: Resource,
    client: httpx2.AsyncClient,
    factory: Factory,
    admin: Person,
    log_in: LogIn,
) -> None:
    owners = [await log_in("user"), await log_in("user")]
    rows = [(await factory.make(resource, owner=owner))["id"] for owner in owners]
    for owner, row in zip(owners, rows, strict=True):
        assert ids_of(await client.get(resource.path, headers=owner.headers)) == [row]
    assert set(rows) <= set(ids_of(await client.get(resource.path, headers=admin.headers)))
    assert (await client.get(resource.path)).status_code == 401


@pytest.mark.parametrize(("resource", "relation"), NESTED_SOFT, ids=name_of)
async def test_deleted_rows_of_a_nested_list(
    resource: Resource,
    relation: Relation,
    client: httpx2.AsyncClient,
    factory: Factory,
    admin: Person,
) -> None:
    target = await factory.target(relation)
    kept, gone = [await factory.make(resource, {relation.key: target}) for _ in range(2)]
    await client.delete(path_of(resource, gone), headers=admin.headers)
    path = parent_path(relation, target)
    assert ids_of(await client.get(path, headers=admin.headers)) == [kept["id"]]
    flag = f"{json_name('include_deleted')}=true"
    everything = await client.get(f"{path}?{flag}", headers=admin.headers)
    assert ids_of(everything) == [kept["id"], gone["id"]]
    dated = [row["id"] for row in everything.json()["items"] if row.get(json_name("deleted_at"))]
    assert dated == [gone["id"]]
    assert (await client.get(f"{path}?{flag}")).status_code == ADMINS_ONLY


@pytest.mark.parametrize(
    ("resource", "relation"),
    [
        (resource, relation)
        for resource, relation in relations("list", links=False)
        if relation.kind == "many_to_one" and (relation.to == "User" or target_can(relation))
    ],
    ids=name_of,
)
async def test_a_nested_list_needs_its_parent(
    resource: Resource,
    relation: Relation,
    client: httpx2.AsyncClient,
    admin: Person,
) -> None:
    for parent, status in ((UNKNOWN_ID, 404), ("5", 400)):
        answer = await client.get(parent_path(relation, parent), headers=admin.headers)
        assert answer.status_code == status, resource


@each_resource("list")
async def test_a_longer_list_asks_no_more_of_the_database(
    resource: Resource,
    client: httpx2.AsyncClient,
    database: Database,
    factory: Factory,
    admin: Person,
) -> None:
    names = [json_name(each.name) for each in resource.relations if not each.links]
    path = f"{resource.path}?limit=100{'&expand=' if names else ''}{','.join(names)}"
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    counts = []
    for _ in range(2):
        given: dict[str, Any] = {}
        for relation in resource.relations:
            target = await factory.target(relation)
            given[relation.key] = [target] if relation.links else target
        await factory.make(resource, given)
        event.listen(database.engine.sync_engine, "before_cursor_execute", note)
        ids_of(await client.get(path, headers=admin.headers))
        event.remove(database.engine.sync_engine, "before_cursor_execute", note)
        counts.append(len(statements))
        statements.clear()
    assert counts[0] == counts[1]

"""Relations: references, links, what is shown of them, and what a deletion does to them."""

import httpx2
import pytest

from app.core.naming import json_name
from tests.api.common import (
    UNKNOWN_ID,
    circles,
    each_resource,
    faults,
    ids_of,
    name_of,
    parent_path,
    path_of,
    relations,
    target_can,
    target_of,
)
from tests.callers import Person
from tests.factories import Factory
from tests.table import Relation, Resource

pytestmark = pytest.mark.anyio

REFERENCES = relations("read", links=False)
LINKS = relations("read", links=True)
CIRCLES = list(circles())
SHOWN_TO_ALL = [
    (resource, relation)
    for resource, relation in REFERENCES
    if "public" in resource.access["read"]
    and (target := target_of(relation)) is not None
    and "public" not in target.access["read"]
]
DELETED = [pair for pair in REFERENCES if target_can(pair[1], "delete")]
DELETED_SOFTLY = [
    (resource, relation)
    for resource, relation in DELETED
    if resource.soft_delete and resource.can("delete")
]


@pytest.mark.parametrize(("resource", "relation"), REFERENCES, ids=name_of)
async def test_references(
    resource: Resource,
    relation: Relation,
    client: httpx2.AsyncClient,
    factory: Factory,
    admin: Person,
) -> None:
    target = await factory.target(relation)
    row = await factory.make(resource, {relation.key: target})
    name = json_name(relation.name)
    shown = await client.get(f"{path_of(resource, row)}?expand={name}", headers=admin.headers)
    assert shown.json()[name]["id"] == target
    assert "etag" not in shown.headers
    nested = await client.get(parent_path(relation, target), headers=admin.headers)
    if relation.kind == "one_to_one":
        assert nested.json()["id"] == row["id"]
    elif resource.can("list"):
        assert ids_of(nested) == [row["id"]]
    else:
        assert nested.status_code in (404, 405)


@each_resource("create")
async def test_references_to_nothing(
    resource: Resource,
    client: httpx2.AsyncClient,
    factory: Factory,
    admin: Person,
) -> None:
    for relation in resource.relations:
        unknown = [UNKNOWN_ID] if relation.links else UNKNOWN_ID
        place = f"{relation.key}[0]" if relation.links else relation.key
        body = await factory.body(resource, {relation.key: unknown, "nonsense": 1})
        answer = await client.post(resource.path, json=body, headers=admin.headers)
        assert faults(answer) == {place: "reference", "nonsense": "unknown"}
    answer = await client.get(f"{resource.path}?expand=nonsense", headers=admin.headers)
    assert answer.status_code in (400, 405)


@pytest.mark.parametrize(("resource", "relation"), SHOWN_TO_ALL, ids=name_of)
async def test_what_a_caller_may_not_read_is_shown_as_null(
    resource: Resource,
    relation: Relation,
    client: httpx2.AsyncClient,
    factory: Factory,
    admin: Person,
) -> None:
    target = await factory.target(relation)
    row = await factory.make(resource, {relation.key: target})
    name = json_name(relation.name)
    path = f"{path_of(resource, row)}?expand={name}"
    assert (await client.get(path, headers=admin.headers)).json()[name]["id"] == target
    hidden = (await client.get(path)).json()
    assert (hidden[relation.key], hidden[name]) == (target, None)
    assert (await client.get(parent_path(relation, target))).status_code in (401, 404)


@pytest.mark.parametrize(("resource", "relation"), DELETED, ids=name_of)
async def test_what_the_deletion_of_a_target_does(
    resource: Resource,
    relation: Relation,
    client: httpx2.AsyncClient,
    factory: Factory,
    admin: Person,
) -> None:
    target = target_of(relation)
    assert target
    target_id = await factory.target(relation)
    row = await factory.make(resource, {relation.key: target_id})
    deleted = await client.delete(f"{target.path}/{target_id}", headers=admin.headers)
    after = await client.get(path_of(resource, row), headers=admin.headers)
    if relation.on_delete == "restrict":
        assert deleted.status_code == 409
        assert after.json() == row
        return
    assert deleted.status_code == 204
    if relation.on_delete == "cascade":
        assert after.status_code == 404
    else:
        assert (after.json()[relation.key], after.json()["version"]) == (None, 2)
    if resource.audit:
        audit = await client.get(f"{path_of(resource, row)}/audit", headers=admin.headers)
        last = audit.json()["items"][-1]["action"]
        assert last == {"cascade": "delete", "set_null": "update"}[relation.on_delete]
    if resource.soft_delete and relation.on_delete == "cascade":
        flag = f"{json_name('include_deleted')}=true"
        path = f"{path_of(resource, row)}?{flag}"
        kept = await client.get(path, headers=admin.headers)
        assert kept.status_code == (200 if target.soft_delete or not relation.required else 404)


@pytest.mark.parametrize("circle", CIRCLES, ids=lambda circle: "-".join(map(name_of, circle)))
async def test_a_deletion_goes_once_around_a_circle(
    circle: list[Relation],
    client: httpx2.AsyncClient,
    factory: Factory,
    admin: Person,
) -> None:
    resources = [target_of(relation) for relation in circle]
    places = [each for each in [*resources, *resources] if each]
    rows = [await factory.make(resource) for resource in places]
    paths = [path_of(resource, row) for resource, row in zip(places, rows, strict=True)]
    # The relation of each row leads to the next one, that of the last to the first.
    for number, path in enumerate(paths):
        relation = circle[(number + 1) % len(circle)]
        change = {relation.key: rows[(number + 1) % len(rows)]["id"]}
        answer = await client.patch(path, json=change, headers=admin.headers)
        assert answer.status_code == 200, answer.text
    deleted = await client.delete(paths[0], headers=admin.headers)
    assert deleted.status_code == 204, deleted.text
    for path in paths:
        assert (await client.get(path, headers=admin.headers)).status_code == 404


@pytest.mark.parametrize(("resource", "relation"), DELETED_SOFTLY, ids=name_of)
async def test_a_deletion_for_good_minds_deleted_rows(
    resource: Resource,
    relation: Relation,
    client: httpx2.AsyncClient,
    factory: Factory,
    admin: Person,
) -> None:
    target = target_of(relation)
    assert target
    target_id = await factory.target(relation)
    row = await factory.make(resource, {relation.key: target_id})
    await client.delete(path_of(resource, row), headers=admin.headers)
    deleted = await client.delete(f"{target.path}/{target_id}", headers=admin.headers)
    held = relation.on_delete == "restrict" and not target.soft_delete
    assert deleted.status_code == (409 if held else 204)


@pytest.mark.parametrize(("resource", "relation"), LINKS, ids=name_of)
async def test_links(
    resource: Resource,
    relation: Relation,
    client: httpx2.AsyncClient,
    factory: Factory,
    admin: Person,
) -> None:
    one, two = sorted([await factory.target(relation), await factory.target(relation)])
    row = await factory.make(resource, {relation.key: [two, one]})
    assert row[relation.key] == [one, two]
    path = path_of(resource, row)
    nested = f"{path}/{relation.inverse}"
    if target_can(relation, "list"):
        assert ids_of(await client.get(nested, headers=admin.headers)) == [one, two]
    link = f"{nested}/{one}"
    if not resource.can("update"):
        assert (await client.put(link, headers=admin.headers)).status_code == 404
        return
    for ends in (f"x/{relation.inverse}/{one}", f"{UNKNOWN_ID}/{relation.inverse}/x"):
        answer = await client.put(f"{resource.path}/{ends}", headers=admin.headers)
        assert list(faults(answer).values()) == ["format"]
    bad = {relation.key: [one, UNKNOWN_ID, one]}
    answer = await client.patch(path, json=bad, headers=admin.headers)
    assert faults(answer) == {f"{relation.key}[1]": "reference", f"{relation.key}[2]": "unique"}
    for method, version in (("DELETE", 2), ("DELETE", 2), ("PUT", 3), ("PUT", 3)):
        assert (await client.request(method, link, headers=admin.headers)).status_code == 204
        read = await client.get(path, headers=admin.headers)
        assert read.json()["version"] == version
        assert (one in read.json()[relation.key]) is (method == "PUT")


@pytest.mark.parametrize(
    ("resource", "relation"),
    [pair for pair in LINKS if target_can(pair[1], "delete")],
    ids=name_of,
)
async def test_links_to_a_deleted_row_go(
    resource: Resource,
    relation: Relation,
    client: httpx2.AsyncClient,
    factory: Factory,
    admin: Person,
) -> None:
    target = target_of(relation)
    assert target
    one, two = [await factory.target(relation) for _ in range(2)]
    row = await factory.make(resource, {relation.key: [one, two]})
    assert (await client.delete(f"{target.path}/{one}", headers=admin.headers)).status_code == 204
    after = (await client.get(path_of(resource, row), headers=admin.headers)).json()
    assert (after[relation.key], after["version"]) == ([two], 2)

"""Rules and commands: each condition is worth what it should be, and stands in the way of writes."""

import asyncio
from typing import Any

import httpx2
import pytest
from sqlalchemy import update

from app.core.answers import wire_name
from app.core.database import Database
from app.core.rules import evaluate
from tests.api.common import faults, path_of
from tests.callers import LogIn, Person
from tests.conditions import (
    VECTORS,
    Vector,
    condition_of,
    each_vector,
    name_of,
    resource_of,
    state_of,
    stored,
)
from tests.factories import BY_ENTITY, Factory, repository
from tests.resources import COMMANDS
from tests.table import Command, Resource

pytestmark = pytest.mark.anyio

CALLS = [(BY_ENTITY[command.entity], command) for command in COMMANDS]


@pytest.mark.parametrize("vector", VECTORS, ids=name_of)
async def test_what_a_condition_is_worth(vector: Vector) -> None:
    condition = condition_of(vector)
    for case in vector["cases"]:
        assert evaluate(condition, state_of(vector, case)) is case["holds"], case


@each_vector("rule", "create", "update", "read")
async def test_a_rule_stands_in_the_way_of_writes(
    vector: Vector,
    client: httpx2.AsyncClient,
    factory: Factory,
    admin: Person,
) -> None:
    resource = resource_of(vector)
    rule = repository(resource).rules[vector["name"] - 1]
    row = await factory.make(resource)
    path = path_of(resource, row)
    body = await factory.body(resource)
    for case in vector["cases"]:
        if case["holds"] is not False:
            continue
        body |= case["new"]
        for answer in (
            await client.post(resource.path, json=body, headers=admin.headers),
            await client.put(path, json=body, headers=admin.headers),
            await client.patch(path, json=case["new"], headers=admin.headers),
        ):
            found = faults(answer)
            assert set(found.values()) == {"rule"}
            assert wire_name(rule.field) in found
    assert (await client.get(path, headers=admin.headers)).json() == row


async def call(
    client: httpx2.AsyncClient,
    resource: Resource,
    command: Command,
    row: dict[str, Any],
    headers: dict[str, str],
) -> httpx2.Response:
    """Call a command with right input."""
    body = {field.key: field.sample(0) for field in command.fields}
    path = f"{path_of(resource, row)}/{command.path}"
    return await client.post(path, json=body if body else None, headers=headers)


def possible(resource: Resource, command: Command) -> dict[str, Any] | None:
    """What a row must be for the command; None when nobody knows."""
    for vector in VECTORS:
        about = (vector["entity"], vector["kind"], vector["name"])
        if about == (resource.entity, "command", command.name):
            right = [case["old"] for case in vector["cases"] if case["holds"] is True]
            return stored(vector, right[0]) if right else None
    return {}


async def prepare(database: Database, resource: Resource, row: Any, values: Any) -> None:
    """Give a row these values, whatever its rules say."""
    model = repository(resource).model
    if values:
        async with database.write() as session:
            statement = update(model).where(model.id == row["id"])
            await session.execute(statement.values(**values))


@pytest.mark.parametrize(("resource", "command"), CALLS, ids=str)
async def test_a_command(
    resource: Resource,
    command: Command,
    client: httpx2.AsyncClient,
    database: Database,
    factory: Factory,
    admin: Person,
) -> None:
    row = await factory.make(resource)
    await prepare(database, resource, row, possible(resource, command))
    stale = await call(client, resource, command, row, {**admin.headers, "If-Match": '"9"'})
    assert stale.status_code == 412, stale.text
    done = await call(client, resource, command, row, {**admin.headers, "If-Match": '"1"'})
    if done.status_code == 409 and repository(resource).rules:
        return  # What the command sets and the rest of this row break a rule.
    assert done.status_code == 200, done.text
    assert done.json()["version"] == 2
    assert done.headers["etag"] == '"2"'
    shown = {key: done.json()[key] for key in command.sets if key in done.json()}
    assert shown == {key: value for key, value in command.sets.items() if key in shown}
    if repository(resource).audited:
        page = await client.get(f"{path_of(resource, row)}/audit", headers=admin.headers)
        assert [each["action"] for each in page.json()["items"]][:2] == ["create", "update"]
    unknown = f"{path_of(resource, row)}/{command.path}?nonsense=1"
    answer = await client.post(unknown, json={"nonsense": 1}, headers=admin.headers)
    expected = {"nonsense": "unknown"}
    found = faults(answer)
    assert {key: found[key] for key in expected} == expected


@each_vector("command", "create")
async def test_a_command_that_is_not_possible(
    vector: Vector,
    client: httpx2.AsyncClient,
    database: Database,
    factory: Factory,
    admin: Person,
) -> None:
    resource = resource_of(vector)
    name = (vector["entity"], vector["name"])
    command = next(each for each in COMMANDS if (each.entity, each.name) == name)
    row = await factory.make(resource)
    for case in vector["cases"]:
        if case["holds"] is not True:
            await prepare(database, resource, row, stored(vector, case["old"]))
            answer = await call(client, resource, command, row, admin.headers)
            assert answer.status_code == 409, case


@each_vector("rule", "create", "read")
async def test_a_command_breaks_no_rule(
    vector: Vector,
    client: httpx2.AsyncClient,
    database: Database,
    factory: Factory,
    admin: Person,
) -> None:
    resource = resource_of(vector)
    row = await factory.make(resource)
    for command in (each for each in COMMANDS if each.entity == vector["entity"] and each.sets):
        for case in vector["cases"]:
            after = case["new"]
            leads_there = all(after.get(key) == value for key, value in command.sets.items())
            if case["holds"] is not False or not leads_there:
                continue
            before = {key: value for key, value in after.items() if key not in command.sets}
            values = {**(possible(resource, command) or {}), **stored(vector, before)}
            await prepare(database, resource, row, values)
            answer = await call(client, resource, command, row, admin.headers)
            assert answer.status_code == 409, answer.text
            now = await client.get(path_of(resource, row), headers=admin.headers)
            assert now.json()["version"] == 1


@pytest.mark.parametrize(("resource", "command"), CALLS, ids=str)
async def test_who_may_call_a_command(
    resource: Resource,
    command: Command,
    client: httpx2.AsyncClient,
    factory: Factory,
    log_in: LogIn,
) -> None:
    row = await factory.make(resource, owner=await log_in("user"))
    names = set(command.access)
    nobody = await call(client, resource, command, row, {})
    stranger = await log_in("user")
    refused = await call(client, resource, command, row, stranger.headers)
    if "public" not in names and stranger.headers:
        assert nobody.status_code == 401, nobody.text
        if not names & {"authenticated", "user"}:
            assert refused.status_code in (403, 404), refused.text


@pytest.mark.parametrize(("resource", "command"), CALLS, ids=str)
async def test_a_repeated_command_is_done_once(
    resource: Resource,
    command: Command,
    client: httpx2.AsyncClient,
    database: Database,
    factory: Factory,
    admin: Person,
) -> None:
    row = await factory.make(resource)
    await prepare(database, resource, row, possible(resource, command))
    headers = {**admin.headers, "Idempotency-Key": "once"}
    calls = (call(client, resource, command, row, headers) for _ in range(4))
    answers = await asyncio.gather(*calls)
    if answers[0].status_code == 409 and repository(resource).rules:
        return
    assert {each.status_code for each in answers} == {200}
    assert {each.content for each in answers} == {answers[0].content}
    assert answers[0].json()["version"] == 2

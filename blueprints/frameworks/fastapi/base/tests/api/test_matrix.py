"""Who may do what: every role against every operation of every resource."""

import httpx2
import pytest

from tests.api.common import path_of, target_of
from tests.callers import ROLES, LogIn
from tests.factories import Factory
from tests.resources import RESOURCES
from tests.table import Resource

pytestmark = pytest.mark.anyio

METHODS = {
    "list": "GET",
    "read": "GET",
    "create": "POST",
    "update": "PATCH",
    "delete": "DELETE",
}
OPERATIONS = [(resource, action) for resource in RESOURCES for action in resource.actions]


def passes(resource: Resource, action: str, role: str) -> bool:
    """Whether the access table lets this role do this with a row; `owner` owns the row."""
    names = set(resource.access[action])
    if role == "anonymous":
        return "public" in names
    mine = {"user", "owner"} if role == "owner" else {role}
    return role == "admin" or bool(names & {"public", "authenticated", *mine})


def expected(resource: Resource, action: str, role: str) -> int:
    """The status that the access table asks for."""
    owners = role != "anonymous" and "owner" in resource.access[action]
    if owners and action == "list":
        return 200  # His own rows.
    hidden = action not in ("list", "create") and not passes(resource, "read", role)
    if hidden and (owners or passes(resource, action, role)):
        return 404
    if passes(resource, action, role):
        return {"create": 201, "delete": 204}.get(action, 200)
    return 401 if role == "anonymous" else 403


def refers_freely(resource: Resource, role: str) -> bool:
    """Whether this role may read everything that a new row has to refer to."""
    needed = [target_of(each) for each in resource.relations if each.required and not each.links]
    return all(passes(target, "read", role) for target in needed if target)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("resource", "action"), OPERATIONS, ids=str)
async def test_access(
    resource: Resource,
    action: str,
    role: str,
    client: httpx2.AsyncClient,
    factory: Factory,
    log_in: LogIn,
) -> None:
    person = await log_in("user" if role == "owner" else role)
    owner = person if role == "owner" else await log_in("user")
    headers = {} if role == "anonymous" else person.headers
    path, body, status = resource.path, None, expected(resource, action, role)
    if action == "create":
        body = await factory.body(resource, owner=owner)
        status = status if status != 201 or refers_freely(resource, role) else 400
    elif action != "list":
        path = path_of(resource, await factory.make(resource, owner=owner))
        body = {} if action == "update" else None
    answer = await client.request(METHODS[action], path, json=body, headers=headers)
    # A write that may be made can need consent all the same.
    waits = status < 400 and action in resource.gated and answer.status_code == 202
    assert answer.status_code == status or waits, answer.text

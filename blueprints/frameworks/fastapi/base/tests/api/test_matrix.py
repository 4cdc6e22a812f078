"""Who may do what: every role against every operation of every resource."""

import httpx2
import pytest

from tests.callers import LogIn
from tests.factories import Factory
from tests.resources import RESOURCES
from tests.table import Resource

pytestmark = pytest.mark.anyio

ACTIONS = {
    "list": "GET",
    "read": "GET",
    "create": "POST",
    "update": "PATCH",
    "delete": "DELETE",
}
ROLES = ("anonymous", "stranger", "owner", "admin")


def expected(resource: Resource, action: str, role: str) -> int:
    """The status that the access table asks for."""
    allowed = {**resource.access}
    fine = {"create": 201, "delete": 204}.get(action, 200)

    def passes(name: str) -> bool:
        names = allowed[name]
        if "public" in names or role == "admin":
            return True
        if role == "anonymous":
            return False
        return "authenticated" in names or "user" in names or (role == "owner" and "owner" in names)

    if passes(action) or (action == "list" and role == "stranger" and "owner" in allowed["list"]):
        return fine if action in ("list", "create") or passes("read") else 404
    if role == "anonymous":
        return 401
    if "owner" not in allowed[action]:
        return 403
    return 404 if action == "read" or not passes("read") else 403


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("resource", RESOURCES, ids=str)
async def test_access(
    resource: Resource,
    action: str,
    role: str,
    client: httpx2.AsyncClient,
    factory: Factory,
    log_in: LogIn,
) -> None:
    owner = await log_in("user")
    may_create = any(each in ("public", "authenticated") for each in resource.access["create"])
    row = await factory.make(resource, owner if may_create else None)
    headers = {
        "anonymous": {},
        "stranger": (await log_in("user")).headers,
        "owner": owner.headers,
        "admin": factory.admin.headers,
    }[role]
    path = resource.path if action in ("list", "create") else f"{resource.path}/{row['id']}"
    body = {"create": await factory.body(resource), "update": {}}.get(action)
    answer = await client.request(ACTIONS[action], path, json=body, headers=headers)
    assert answer.status_code == expected(resource, action, role), answer.text

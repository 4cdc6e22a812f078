"""Users, as admins see and change them."""

import asyncio
from typing import Any

import pytest
from httpx2 import AsyncClient, Response

from app.core.answers import wire_name
from app.core.database import Database, uuid7
from app.core.naming import json_name
from app.create_admin import create_admin
from app.project import BASE_PATH
from app.users.schemas import User
from tests.callers import PASSWORD, LogIn, own_fields
from tests.resources import ACCOUNTS

pytestmark = pytest.mark.anyio

GRACE = {
    **own_fields(1),
    "email": "grace@example.com",
    "password": PASSWORD,
    "name": "Grace",
    "role": "user",
}


def faults_of(answer: Response) -> dict[str, str]:
    assert answer.status_code == 400, answer.text
    return {detail["field"]: detail["rule"] for detail in answer.json()["error"]["details"]}


async def test_only_admins_pass(client: AsyncClient, log_in: LogIn) -> None:
    user = await log_in("user")
    # Whatever else is wrong with the request: an unknown or malformed id, a bad body.
    requests = [
        ("GET", "/users", None),
        ("GET", "/users?x=1", None),
        ("POST", "/users", GRACE),
        ("POST", "/users", {"x": 1}),
        ("GET", f"/users/{user.id}", None),
        ("GET", "/users/x", None),
        ("PATCH", f"/users/{user.id}", {"role": "admin"}),
        ("PATCH", "/users/x", {"x": 1}),
    ]
    for method, path, body in requests:
        for headers, status in (({}, 401), (user.headers, 403)):
            answer = await client.request(method, path, json=body, headers=headers)
            assert answer.status_code == status, (method, path)


async def test_create_and_read(client: AsyncClient, log_in: LogIn) -> None:
    admin = await log_in("admin")
    made = await client.post("/users", json=GRACE, headers=admin.headers)
    assert made.status_code == 201
    assert made.headers["cache-control"] == "no-store"
    user = made.json()
    assert set(user) == {wire_name(name) for name in User.model_fields}
    assert made.headers["location"] == f"{BASE_PATH}/users/{user['id']}"
    for path in (user["id"], user["id"].upper()):
        read = await client.get(f"/users/{path}", headers=admin.headers)
        assert (read.status_code, read.json()) == (200, user)
    again = await client.post("/users", json=GRACE, headers=admin.headers)
    assert again.status_code == 409
    credentials = {"email": GRACE["email"], "password": PASSWORD}
    assert (await client.post("/auth/login", json=credentials)).status_code == 200


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        ({"role": "king"}, {"role": "enum"}),
        ({"role": 1}, {"role": "type"}),
        ({"role": None, "name": 1}, {"role": "required", "name": "type"}),
        ({"active": False}, {"active": "unknown"}),
        ({"password": "weak", "email": "x"}, {"password": "min", "email": "format"}),
    ],
)
async def test_create_names_every_faulty_field(
    client: AsyncClient,
    log_in: LogIn,
    change: dict[str, Any],
    faults: dict[str, str],
) -> None:
    admin = await log_in("admin")
    answer = await client.post("/users", json={**GRACE, **change}, headers=admin.headers)
    assert faults_of(answer) == faults


async def test_malformed_id_then_absent_row_then_body(client: AsyncClient, log_in: LogIn) -> None:
    admin = await log_in("admin")
    for malformed in ("x", str(admin.id).replace("-", ""), f"{{{admin.id}}}"):
        answer = await client.patch(f"/users/{malformed}", json={"x": 1}, headers=admin.headers)
        assert faults_of(answer) == {"id": "format"}
    absent = await client.patch(f"/users/{uuid7()}", json={"x": 1}, headers=admin.headers)
    assert absent.status_code == 404
    present = await client.patch(f"/users/{admin.id}", json={"x": 1}, headers=admin.headers)
    assert faults_of(present) == {"x": "unknown"}


async def test_list(client: AsyncClient, log_in: LogIn) -> None:
    admin = await log_in("admin")
    others = [await log_in("user") for _ in range(3)]
    off = {"active": False}
    await client.patch(f"/users/{others[0].id}", json=off, headers=admin.headers)
    ids = [str(person.id) for person in (admin, *others)]

    async def listed(query: str = "") -> dict[str, Any]:
        answer = await client.get(f"/users{query}", headers=admin.headers)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return {**body, "items": [user["id"] for user in body["items"]]}

    assert await listed() == {"items": ids, "total": 4, "limit": 20, "offset": 0}
    first = await listed("?limit=1&offset=2")
    assert first == {"items": ids[2:3], "total": 4, "limit": 1, "offset": 2}
    assert (await listed("?role=admin"))["items"] == ids[:1]
    assert (await listed("?active=false"))["items"] == ids[1:2]
    assert (await listed("?email.in=" + others[1].email))["items"] == ids[2:3]
    newest = f"?sort=-{json_name('created_at')}&role=user"
    assert (await listed(newest))["items"] == ids[:0:-1]
    (user,) = (await client.get("/users?role=admin", headers=admin.headers)).json()["items"]
    assert set(user) == {wire_name(name) for name in User.model_fields}


@pytest.mark.parametrize(
    ("query", "faults"),
    [
        ("?limit=101", {"limit": "max"}),
        ("?limit=0&offset=-1", {"limit": "min", "offset": "type"}),
        ("?role=king&active=1", {"role": "enum", "active": "type"}),
        ("?role=user&role=user", {"role": "repeated"}),
        ("?passwordHash=x&q=x", {"passwordHash": "unknown", "q": "unknown"}),
        ("?sort=passwordHash", {"sort": "enum"}),
    ],
)
async def test_list_names_every_faulty_parameter(
    client: AsyncClient,
    log_in: LogIn,
    query: str,
    faults: dict[str, str],
) -> None:
    admin = await log_in("admin")
    answer = await client.get(f"/users{query}", headers=admin.headers)
    assert faults_of(answer) == faults


async def test_patch(client: AsyncClient, log_in: LogIn) -> None:
    admin, user = await log_in("admin"), await log_in("user")
    path = f"/users/{user.id}"
    before = (await client.get(path, headers=admin.headers)).json()
    nothing = await client.patch(path, json={}, headers=admin.headers)
    assert nothing.json() == before
    headers = {**admin.headers, "Content-Type": "application/merge-patch+json"}
    renamed = await client.patch(path, content=b'{"name": "New"}', headers=headers)
    assert renamed.json() == {
        **before,
        "name": "New",
        json_name("updated_at"): renamed.json()[json_name("updated_at")],
    }
    assert renamed.json()[json_name("updated_at")] > before[json_name("updated_at")]
    bad = {"name": None, "active": 1, "role": "x", "email": "new@example.com", "password": "x"}
    answer = await client.patch(path, json=bad, headers=admin.headers)
    assert faults_of(answer) == {
        "name": "required",
        "active": "type",
        "role": "enum",
        "email": "unknown",
        "password": "unknown",
    }


async def test_a_new_role_acts_on_the_next_request(client: AsyncClient, log_in: LogIn) -> None:
    admin, user = await log_in("admin"), await log_in("user")
    path = f"/users/{user.id}"
    assert (await client.get(path, headers=user.headers)).status_code == 403
    await client.patch(path, json={"role": "admin"}, headers=admin.headers)
    assert (await client.get(path, headers=user.headers)).status_code == 200
    await client.patch(path, json={"role": "user"}, headers=admin.headers)
    assert (await client.get(path, headers=user.headers)).status_code == 403


async def test_deactivation_acts_on_the_next_request_and_for_good(
    client: AsyncClient,
    log_in: LogIn,
) -> None:
    admin, user = await log_in("admin"), await log_in("user")
    for active in (False, True):
        body = {"active": active}
        answer = await client.patch(f"/users/{user.id}", json=body, headers=admin.headers)
        assert answer.json()["active"] is active
        # Its sessions do not come back with the account.
        assert (await client.get("/auth/me", headers=user.headers)).status_code == 401


@pytest.mark.parametrize("change", [{"role": "user"}, {"active": False}])
async def test_the_last_active_admin_stays(
    client: AsyncClient,
    log_in: LogIn,
    change: dict[str, Any],
) -> None:
    admin, other = await log_in("admin"), await log_in("admin")
    off = {"active": False}
    answer = await client.patch(f"/users/{other.id}", json=off, headers=admin.headers)
    assert answer.status_code == 200
    refused = await client.patch(f"/users/{admin.id}", json=change, headers=admin.headers)
    assert refused.status_code == 409
    me = (await client.get("/auth/me", headers=admin.headers)).json()
    assert (me["role"], me["active"]) == ("admin", True)
    # His name may change.
    named = await client.patch(f"/users/{admin.id}", json={"name": "A"}, headers=admin.headers)
    assert named.status_code == 200


async def test_two_admins_cannot_demote_each_other_at_once(
    client: AsyncClient,
    log_in: LogIn,
) -> None:
    admins = [await log_in("admin"), await log_in("admin")]
    answers = await asyncio.gather(
        *(
            client.patch(f"/users/{victim.id}", json={"role": "user"}, headers=actor.headers)
            for actor, victim in zip(admins, reversed(admins), strict=True)
        )
    )
    assert sorted(answer.status_code for answer in answers) in ([200, 403], [200, 409])


async def test_create_admin_makes_or_promotes(
    client: AsyncClient,
    database: Database,
    log_in: LogIn,
) -> None:
    assert await create_admin(database, "root@example.com", PASSWORD) == "created"
    assert await create_admin(database, "root@example.com", "Another-Password-9") == "promoted"
    credentials = {"email": "root@example.com", "password": PASSWORD}
    pair = (await client.post("/auth/login", json=credentials)).json()
    headers = {"Authorization": f"Bearer {pair[json_name('access_token')]}"}
    assert (await client.get("/auth/me", headers=headers)).json()["role"] == "admin"
    user = await log_in("user")
    assert await create_admin(database, user.email, PASSWORD) == "promoted"
    assert (await client.get("/auth/me", headers=user.headers)).json()["role"] == "admin"
    off = {"active": False}
    await client.patch(f"/users/{user.id}", json=off, headers=headers)
    credentials = {"email": user.email, "password": PASSWORD}
    assert (await client.post("/auth/login", json=credentials)).status_code == 401
    assert await create_admin(database, user.email, PASSWORD) == "promoted"
    assert (await client.post("/auth/login", json=credentials)).status_code == 200


async def test_unknown_parameters_are_refused(client: AsyncClient, log_in: LogIn) -> None:
    admin = await log_in("admin")
    path = f"/users/{admin.id}"
    for method, url, body in (("GET", path, None), ("PATCH", path, {}), ("POST", "/users", GRACE)):
        answer = await client.request(method, f"{url}?x=1", json=body, headers=admin.headers)
        assert faults_of(answer) == {"x": "unknown"}
    for method, url, body in (("PATCH", path, {}), ("POST", "/users", GRACE)):
        faulty = {**body, "name": "", "id": str(admin.id), json_name("created_at"): None}
        answer = await client.request(method, f"{url}?x=1", json=faulty, headers=admin.headers)
        assert faults_of(answer) == {
            "x": "unknown",
            "name": "min",
            "id": "readOnly",
            json_name("created_at"): "readOnly",
        }


async def test_all_taken_values_are_named(client: AsyncClient, log_in: LogIn) -> None:
    admin = await log_in("admin")
    assert (await client.post("/users", json=GRACE, headers=admin.headers)).status_code == 201
    again = await client.post("/users", json=GRACE, headers=admin.headers)
    assert again.status_code == 409
    (users,) = ACCOUNTS
    unique = {field.key for field in users.fields if field.unique}
    details = again.json()["error"]["details"]
    assert {(each["field"], each["rule"]) for each in details} == {
        (key, "unique") for key in {"email", *unique}
    }

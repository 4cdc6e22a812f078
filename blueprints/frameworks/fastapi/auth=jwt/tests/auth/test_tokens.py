"""Access tokens: what is refused."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest
from httpx2 import AsyncClient

from app.core.naming import json_name
from app.settings import Settings
from tests.callers import LogIn

pytestmark = pytest.mark.anyio

Claims = dict[str, Any]


def without(name: str) -> Callable[[Claims], Claims]:
    return lambda claims: {key: value for key, value in claims.items() if key != name}


def with_(**changes: Any) -> Callable[[Claims], Claims]:
    return lambda claims: {**claims, **changes}


PAST = datetime.now(UTC) - timedelta(hours=1)
FUTURE = datetime.now(UTC) + timedelta(hours=1)


@pytest.fixture
async def token(log_in: LogIn) -> str:
    person = await log_in()
    return person.headers["Authorization"].removeprefix("Bearer ")


@pytest.mark.parametrize(
    "change",
    [
        *(without(name) for name in ("iss", "aud", "sub", "sid", "exp", "iat", "jti", "typ")),
        with_(iss="other"),
        with_(aud="other"),
        with_(typ="refresh"),
        with_(sub="me"),
        with_(sub=str(uuid4())),
        with_(sid=str(uuid4())),
        with_(sid=7),
        with_(nbf=FUTURE),
        with_(iat=FUTURE),
    ],
)
async def test_other_claims_are_refused(
    client: AsyncClient,
    settings: Settings,
    token: str,
    change: Callable[[Claims], Claims],
) -> None:
    secret = settings.jwt_secret.get_secret_value()
    claims = jwt.decode(token, options={"verify_signature": False})
    assert (await read_me(client, jwt.encode(claims, secret, "HS256"))) == (200, "")
    assert (await read_me(client, jwt.encode(change(claims), secret, "HS256"))) == (
        401,
        "UNAUTHORIZED",
    )


async def test_a_token_lives_as_long_as_the_settings_say(token: str, settings: Settings) -> None:
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] == settings.access_token_seconds


async def test_an_old_token_says_that_it_is_old(
    client: AsyncClient,
    settings: Settings,
    token: str,
) -> None:
    claims = jwt.decode(token, options={"verify_signature": False})
    old = jwt.encode({**claims, "exp": PAST}, settings.jwt_secret.get_secret_value(), "HS256")
    assert await read_me(client, old) == (401, "TOKEN_EXPIRED")


async def test_other_signatures_are_refused(
    client: AsyncClient,
    settings: Settings,
    token: str,
) -> None:
    claims = jwt.decode(token, options={"verify_signature": False})
    secret = settings.jwt_secret.get_secret_value()
    head, body, signature = token.split(".")
    forged = [
        jwt.encode(claims, "", "none"),
        jwt.encode(claims, secret, "HS512"),
        jwt.encode(claims, "another-secret-another-secret-another", "HS256"),
        f"{head}.{body}.",
        f"{head}.{body}.{signature[::-1]}",
        f"{head}.{body}",
        "x",
        "é",
    ]
    for attempt in forged:
        assert await read_me(client, attempt) == (401, "UNAUTHORIZED"), attempt


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Basic YTpi", "x", "Token abc"])
async def test_other_schemes_are_refused_also_on_public_routes(
    client: AsyncClient,
    header: str,
) -> None:
    for method, path in (("GET", "/auth/me"), ("POST", "/auth/logout")):
        body = {json_name("refresh_token"): "x"} if method == "POST" else None
        answer = await client.request(method, path, headers={"Authorization": header}, json=body)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_a_right_token_needs_its_scheme(client: AsyncClient, token: str) -> None:
    for scheme, status in (("bearer", 200), ("Token", 401)):
        headers = {"Authorization": f"{scheme} {token}"}
        assert (await client.get("/auth/me", headers=headers)).status_code == status


async def test_no_token_is_asked_for_one(client: AsyncClient) -> None:
    answer = await client.get("/auth/me")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


async def read_me(client: AsyncClient, token: str) -> tuple[int, str]:
    headers = {b"Authorization": f"Bearer {token}".encode()}
    answer = await client.get("/auth/me", headers=headers)
    code = "" if answer.is_success else answer.json()["error"]["code"]
    if code:
        assert answer.headers["www-authenticate"].startswith("Bearer")
    return answer.status_code, code

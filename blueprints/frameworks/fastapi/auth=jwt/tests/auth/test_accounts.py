"""Registration, login, sessions, lockout and passwords, as clients see them."""

import asyncio
import email
import re
import time
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient, Response
from sqlalchemy import select, update

from app.auth import router
from app.auth.cleanup import forget_old_sessions
from app.auth.models import LoginFailure, PasswordReset, RefreshToken, Session
from app.core.answers import wire_name
from app.core.database import Database, now_ms
from app.core.logging import configure_logging
from app.core.naming import json_name
from app.main import create_app
from app.project import BASE_PATH
from app.settings import Settings
from app.users import schemas
from app.users.models import User
from tests.background.common import run_jobs
from tests.callers import PASSWORD, LogIn, own_fields
from tests.conftest import SettingsFactory

pytestmark = pytest.mark.anyio

ADA = {**own_fields(0), "email": "ada@example.com", "password": PASSWORD, "name": "Ada"}
OTHER = "Another-Password-9"


def code_of(answer: Response) -> str:
    return str(answer.json()["error"]["code"])


def faults_of(answer: Response) -> dict[str, str]:
    assert answer.status_code == 400, answer.text
    return {detail["field"]: detail["rule"] for detail in answer.json()["error"]["details"]}


async def login(client: AsyncClient, address: str, password: str = PASSWORD) -> Response:
    return await client.post("/auth/login", json={"email": address, "password": password})


async def me(client: AsyncClient, access_token: str) -> int:
    headers = {"Authorization": f"Bearer {access_token}"}
    return (await client.get("/auth/me", headers=headers)).status_code


async def refresh(client: AsyncClient, token: str) -> Response:
    return await client.post("/auth/refresh", json={json_name("refresh_token"): token})


def mails(settings: Settings) -> list[Message]:
    folder = Path(settings.mail_transport.removeprefix("file:"))
    return [email.message_from_bytes(path.read_bytes()) for path in sorted(folder.glob("*.eml"))]


class TestRegistration:
    @pytest.fixture(autouse=True)
    def opened(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(router, "REGISTRATION_OPEN", True)

    async def test_is_refused_where_it_is_closed(
        self,
        client: AsyncClient,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(router, "REGISTRATION_OPEN", False)
        for body in (ADA, {"x": 1}):
            answer = await client.post("/auth/register", json=body)
            assert (answer.status_code, code_of(answer)) == (403, "FORBIDDEN")

    async def test_answers_the_user_and_nothing_secret(
        self,
        client: AsyncClient,
        settings: Settings,
        database: Database,
    ) -> None:
        answer = await client.post("/auth/register", json={**ADA, "email": "  ADA@Example.com "})
        assert answer.status_code == 201
        user = answer.json()
        assert answer.headers["location"] == f"{BASE_PATH}/users/{user['id']}"
        assert answer.headers["cache-control"] == "no-store"
        assert set(user) == {wire_name(name) for name in schemas.User.model_fields}
        assert (user["email"], user["role"], user["active"]) == ("ada@example.com", "user", True)
        assert re.fullmatch(
            r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", user[json_name("created_at")]
        )
        assert await run_jobs(database, settings) == 1
        (mail,) = mails(settings)
        assert mail["To"] == "ada@example.com"

    async def test_a_taken_address_is_a_conflict_whatever_its_case(
        self,
        client: AsyncClient,
        database: Database,
    ) -> None:
        bodies = [{**ADA, "email": address} for address in ("ada@example.com", "ADA@EXAMPLE.COM")]
        answers = await asyncio.gather(
            *(client.post("/auth/register", json=body) for body in bodies * 3)
        )
        assert sorted(answer.status_code for answer in answers) == [201, *[409] * 5]
        loser = next(answer for answer in answers if answer.status_code == 409)
        assert code_of(loser) == "CONFLICT"
        assert loser.json()["error"]["details"][0]["rule"] == "unique"
        async with database.read() as session:
            assert len((await session.scalars(select(User))).all()) == 1

    @pytest.mark.parametrize(
        ("change", "faults"),
        [
            ({"email": "ada"}, {"email": "format"}),
            ({"email": "ada@localhost"}, {"email": "format"}),
            ({"email": "a" * 250 + "@b.de"}, {"email": "max"}),
            ({"email": 5}, {"email": "type"}),
            ({"email": None}, {"email": "required"}),
            ({"name": ""}, {"name": "min"}),
            ({"name": "x" * 101}, {"name": "max"}),
            ({"name": "a\0b"}, {"name": "format"}),
            ({"password": "password1"}, {"password": "rule"}),
            ({"password": "Short1"}, {"password": "min"}),
            ({"password": "x" * 129}, {"password": "max"}),
            ({"role": "admin"}, {"role": "unknown"}),
            ({"id": "1", "passwordHash": "x"}, {"id": "readOnly", "passwordHash": "unknown"}),
            (
                {"email": "", "name": None, "password": 1},
                {"email": "format", "name": "required", "password": "type"},
            ),
        ],
    )
    async def test_names_every_faulty_field(
        self,
        client: AsyncClient,
        change: dict[str, Any],
        faults: dict[str, str],
    ) -> None:
        answer = await client.post("/auth/register", json={**ADA, **change})
        assert faults_of(answer) == faults
        asked = await client.post("/auth/register?x=1", json={**ADA, **change})
        assert faults_of(asked) == {"x": "unknown", **faults}


class TestLogin:
    async def test_gives_a_pair_of_tokens(self, client: AsyncClient, log_in: LogIn) -> None:
        person = await log_in()
        answer = await login(client, person.email.upper())
        pair = answer.json()
        assert set(pair) == {
            json_name("access_token"),
            json_name("refresh_token"),
            json_name("token_type"),
            json_name("expires_in"),
        }
        assert (pair[json_name("token_type")], pair[json_name("expires_in")]) == ("Bearer", 900)
        assert await me(client, pair[json_name("access_token")]) == 200

    async def test_no_secret_reaches_the_log(
        self,
        client: AsyncClient,
        log_in: LogIn,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        configure_logging("info")  # Again, for the captured output.
        person = await log_in()
        await login(client, person.email, OTHER)
        pair = (await refresh(client, person.refresh_token)).json()
        body = {json_name("current_password"): PASSWORD, json_name("new_password"): OTHER}
        await client.post("/auth/change-password", json=body, headers=person.headers)
        log = capsys.readouterr().out
        assert log.count('"message": "request"') == 4
        access = [person.headers["Authorization"].split()[1], pair[json_name("access_token")]]
        tokens = [person.refresh_token, pair[json_name("refresh_token")], *access]
        for secret in (PASSWORD, OTHER, *tokens):
            assert secret not in log

    async def test_unknown_and_known_addresses_are_alike(
        self,
        client: AsyncClient,
        log_in: LogIn,
    ) -> None:
        person = await log_in()
        answers = [
            await login(client, person.email, "Wrong-Password-1"),
            await login(client, "nobody@example.com", "Wrong-Password-1"),
        ]
        for answer in answers:
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"].startswith("Bearer")
            answer.json()["error"].pop(json_name("request_id"))
        first, second = (
            {**answer.json()["error"], json_name("request_id"): ""} for answer in answers
        )
        assert first == second
        assert first["code"] == "INVALID_CREDENTIALS"

    async def test_unknown_addresses_take_as_long(
        self,
        make_settings: SettingsFactory,
        log_in: LogIn,
    ) -> None:
        person = await log_in()
        app = create_app(make_settings(lockout_attempts=1000))
        async with api(app) as client:
            # Work, not time: what else the machine does makes answers slower.
            times: dict[str, list[float]] = {person.email: [], "nobody@example.com": []}
            for _ in range(9):
                for address, taken in times.items():
                    started = time.process_time()
                    await login(client, address, "Wrong-Password-1")
                    taken.append(time.process_time() - started)
        known, unknown = (min(taken) for taken in times.values())
        assert unknown > 0.5 * known
        await app.state.database.close()

    @pytest.mark.parametrize("known", [True, False])
    async def test_five_failures_lock_an_address(
        self,
        client: AsyncClient,
        database: Database,
        log_in: LogIn,
        known: bool,
    ) -> None:
        address = (await log_in()).email if known else "nobody@example.com"
        for _ in range(5):
            assert (await login(client, address, "Wrong-Password-1")).status_code == 401
        for password in ("Wrong-Password-1", PASSWORD):
            locked = await login(client, address, password)
            assert (locked.status_code, code_of(locked)) == (429, "ACCOUNT_LOCKED")
            assert 890 <= int(locked.headers["retry-after"]) <= 900
        assert (await login(client, "another@example.com")).status_code == 401
        # Fifteen minutes later.
        async with database.write() as session:
            for failure in await session.scalars(select(LoginFailure)):
                failure.at = failure.at.replace(year=failure.at.year - 1)
        after = await login(client, address)
        assert after.status_code == (200 if known else 401)

    async def test_guesses_at_the_same_time_do_not_slip_through(
        self,
        client: AsyncClient,
        log_in: LogIn,
    ) -> None:
        person = await log_in()
        guesses = ["Wrong-Password-1"] * 12
        answers = await asyncio.gather(*(login(client, person.email, guess) for guess in guesses))
        statuses = [answer.status_code for answer in answers]
        assert statuses.count(401) == 5
        assert statuses.count(429) == 7

    async def test_success_forgets_failures(self, client: AsyncClient, log_in: LogIn) -> None:
        person = await log_in()
        for _ in range(2):
            for _ in range(4):
                await login(client, person.email, "Wrong-Password-1")
            assert (await login(client, person.email)).status_code == 200

    async def test_a_deactivated_user_cannot_log_in(
        self,
        client: AsyncClient,
        database: Database,
        log_in: LogIn,
    ) -> None:
        person = await log_in()
        async with database.write() as session:
            await session.execute(update(User).values(active=False))
        answer = await login(client, person.email)
        assert (answer.status_code, code_of(answer)) == (401, "INVALID_CREDENTIALS")
        # What he had open ends with the next request.
        assert (await client.get("/auth/me", headers=person.headers)).status_code == 401
        assert (await refresh(client, person.refresh_token)).status_code == 401

    async def test_the_limit_of_auth_counts_by_address(
        self,
        make_settings: SettingsFactory,
    ) -> None:
        app = create_app(make_settings(auth_rate_limit_per_minute=3))
        async with api(app) as client:
            answers = [await refresh(client, "x") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [401, 401, 401, 429]
        assert code_of(answers[3]) == "RATE_LIMITED"
        await app.state.database.close()

    async def test_the_limit_counts_users_apart_and_bad_tokens_by_address(
        self,
        make_settings: SettingsFactory,
        log_in: LogIn,
    ) -> None:
        app = create_app(make_settings(rate_limit_per_minute=1))
        ada, bob = await log_in(), await log_in()
        bad = {"Authorization": "Bearer bad"}
        async with api(app) as client:
            statuses = [
                (await client.get("/users/x", headers=headers)).status_code
                for headers in (ada.headers, ada.headers, bob.headers, bad, bad, {})
            ]
        assert [status == 429 for status in statuses] == [False, True, False, False, True, True]
        await app.state.database.close()


class TestSessions:
    async def test_refresh_rotates(self, client: AsyncClient, log_in: LogIn) -> None:
        person = await log_in()
        pair = (await refresh(client, person.refresh_token)).json()
        assert pair[json_name("refresh_token")] != person.refresh_token
        assert await me(client, pair[json_name("access_token")]) == 200

    async def test_a_replay_ends_the_whole_session(
        self,
        client: AsyncClient,
        log_in: LogIn,
    ) -> None:
        person = await log_in()
        other = (await login(client, person.email)).json()
        pair = (await refresh(client, person.refresh_token)).json()
        replay = await refresh(client, person.refresh_token)
        assert (replay.status_code, code_of(replay)) == (401, "UNAUTHORIZED")
        assert await me(client, pair[json_name("access_token")]) == 401
        assert (await client.get("/auth/me", headers=person.headers)).status_code == 401
        assert (await refresh(client, pair[json_name("refresh_token")])).status_code == 401
        # Another session of the same user lives on.
        assert await me(client, other[json_name("access_token")]) == 200

    async def test_of_two_refreshes_at_once_one_wins(
        self,
        client: AsyncClient,
        log_in: LogIn,
    ) -> None:
        person = await log_in()
        answers = await asyncio.gather(*(refresh(client, person.refresh_token) for _ in range(5)))
        assert sum(answer.status_code == 200 for answer in answers) <= 1

    async def test_an_old_refresh_token_is_refused(
        self,
        client: AsyncClient,
        database: Database,
        log_in: LogIn,
    ) -> None:
        person = await log_in()
        async with database.write() as session:
            await session.execute(update(RefreshToken).values(expires_at=now_ms()))
        answer = await refresh(client, person.refresh_token)
        assert (answer.status_code, code_of(answer)) == (401, "TOKEN_EXPIRED")

    async def test_logout_ends_the_session_at_once(
        self,
        client: AsyncClient,
        log_in: LogIn,
    ) -> None:
        person = await log_in()
        for token in (person.refresh_token, person.refresh_token, "unknown", ""):
            answer = await client.post("/auth/logout", json={json_name("refresh_token"): token})
            assert (answer.status_code, answer.content) == (204, b"")
        assert (await client.get("/auth/me", headers=person.headers)).status_code == 401
        assert (await refresh(client, person.refresh_token)).status_code == 401
        # Also where nobody need log in: with a dead token a caller is not simply anonymous.
        body = {json_name("refresh_token"): "unknown"}
        dead = await client.post("/auth/logout", json=body, headers=person.headers)
        assert dead.status_code == 401

    async def test_tokens_are_kept_as_hashes(self, database: Database, log_in: LogIn) -> None:
        person = await log_in()
        async with database.read() as session:
            kept = (await session.scalars(select(RefreshToken.token_hash))).all()
        assert person.refresh_token not in kept
        assert all(re.fullmatch(r"[0-9a-f]{64}", value) for value in kept)

    async def test_cleaning_up_keeps_what_lives(
        self,
        client: AsyncClient,
        database: Database,
        settings: Settings,
        log_in: LogIn,
    ) -> None:
        alive, dead = await log_in(), await log_in()
        year_ago = now_ms().replace(year=now_ms().year - 1)
        async with database.write() as session:
            await session.execute(update(Session).values(created_at=year_ago))
            ended = update(Session).where(Session.user_id == dead.id)
            await session.execute(ended.values(revoked_at=year_ago))
        await forget_old_sessions(database, settings)
        assert (await refresh(client, alive.refresh_token)).status_code == 200
        async with database.read() as session:
            users = (await session.scalars(select(Session.user_id))).all()
        assert users == [alive.id]


class TestPasswords:
    async def test_change_ends_other_sessions_only(
        self,
        client: AsyncClient,
        log_in: LogIn,
    ) -> None:
        person = await log_in()
        other = (await login(client, person.email)).json()
        body = {json_name("current_password"): PASSWORD, json_name("new_password"): OTHER}
        answer = await client.post("/auth/change-password", json=body, headers=person.headers)
        assert answer.status_code == 204
        assert (await client.get("/auth/me", headers=person.headers)).status_code == 200
        assert await me(client, other[json_name("access_token")]) == 401
        assert (await refresh(client, other[json_name("refresh_token")])).status_code == 401
        assert (await login(client, person.email)).status_code == 401
        assert (await login(client, person.email, OTHER)).status_code == 200

    async def test_change_needs_the_current_password_first(
        self,
        client: AsyncClient,
        log_in: LogIn,
    ) -> None:
        person = await log_in()
        for current, status in (("Wrong-Password-1", 401), (PASSWORD, 400)):
            body = {json_name("current_password"): current, json_name("new_password"): "weak"}
            answer = await client.post("/auth/change-password", json=body, headers=person.headers)
            assert answer.status_code == status
        assert faults_of(answer) == {json_name("new_password"): "min"}
        anonymous = await client.post("/auth/change-password", json=body)
        assert anonymous.status_code == 401

    async def test_reset(
        self,
        client: AsyncClient,
        database: Database,
        settings: Settings,
        log_in: LogIn,
    ) -> None:
        person = await log_in()
        token = await ask_reset(client, database, settings, person.email)
        async with database.read() as session:
            assert token not in (await session.scalars(select(PasswordReset.token_hash))).all()
        assert faults_of(await confirm(client, token, "weak")) == {json_name("new_password"): "min"}
        assert (await confirm(client, token, OTHER)).status_code == 204
        assert faults_of(await confirm(client, token, OTHER)) == {"token": "reference"}
        assert (await client.get("/auth/me", headers=person.headers)).status_code == 401
        assert (await login(client, person.email)).status_code == 401
        assert (await login(client, person.email, OTHER)).status_code == 200

    async def test_a_new_password_ends_every_mailed_link(
        self,
        client: AsyncClient,
        database: Database,
        settings: Settings,
        log_in: LogIn,
    ) -> None:
        person = await log_in()
        first, second = [
            await ask_reset(client, database, settings, person.email) for _ in range(2)
        ]
        assert (await confirm(client, second, OTHER)).status_code == 204
        assert faults_of(await confirm(client, first, PASSWORD)) == {"token": "reference"}

    async def test_reset_names_all_faults(self, client: AsyncClient) -> None:
        answer = await confirm(client, "unknown", "weak")
        assert faults_of(answer) == {"token": "reference", json_name("new_password"): "min"}

    async def test_an_old_reset_token_is_refused(
        self,
        client: AsyncClient,
        database: Database,
        settings: Settings,
        log_in: LogIn,
    ) -> None:
        token = await ask_reset(client, database, settings, (await log_in()).email)
        async with database.write() as session:
            await session.execute(update(PasswordReset).values(expires_at=now_ms()))
        assert faults_of(await confirm(client, token, OTHER)) == {"token": "reference"}

    async def test_two_confirmations_at_once_set_one_password(
        self,
        client: AsyncClient,
        database: Database,
        settings: Settings,
        log_in: LogIn,
    ) -> None:
        token = await ask_reset(client, database, settings, (await log_in()).email)
        answers = await asyncio.gather(*(confirm(client, token, OTHER) for _ in range(4)))
        assert sorted(answer.status_code for answer in answers) == [204, 400, 400, 400]

    async def test_an_unknown_address_gets_the_same_answer_and_no_mail(
        self,
        client: AsyncClient,
        database: Database,
        settings: Settings,
        log_in: LogIn,
    ) -> None:
        person = await log_in()
        for address in (person.email, "nobody@example.com"):
            answer = await client.post("/auth/password-reset", json={"email": address})
            assert (answer.status_code, answer.content) == (202, b"")
        assert await run_jobs(database, settings) == 2
        assert [mail["To"] for mail in mails(settings)] == [person.email]

    async def test_a_deactivated_user_gets_no_mail(
        self,
        client: AsyncClient,
        database: Database,
        settings: Settings,
        log_in: LogIn,
    ) -> None:
        person = await log_in()
        async with database.write() as session:
            await session.execute(update(User).values(active=False))
        answer = await client.post("/auth/password-reset", json={"email": person.email})
        assert answer.status_code == 202
        assert await run_jobs(database, settings) == 1
        assert mails(settings) == []


def api(app: FastAPI) -> AsyncClient:
    transport = ASGITransport(app=app, raise_app_exceptions=False)
    return AsyncClient(transport=transport, base_url=f"http://test{BASE_PATH}")


async def confirm(client: AsyncClient, token: str, password: str) -> Response:
    body = {"token": token, json_name("new_password"): password}
    return await client.post("/auth/password-reset/confirm", json=body)


async def ask_reset(
    client: AsyncClient,
    database: Database,
    settings: Settings,
    address: str,
) -> str:
    """Ask for a reset and read the token out of the mail."""
    await client.post("/auth/password-reset", json={"email": address})
    await run_jobs(database, settings)
    text = mails(settings)[-1].get_payload()
    found = re.search(r"http://127\.0\.0\.1:8000/reset-password\?token=(\S+)", str(text))
    assert found is not None
    return found[1]

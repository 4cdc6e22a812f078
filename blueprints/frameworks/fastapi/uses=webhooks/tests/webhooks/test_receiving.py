"""What other services tell: who is believed, what is done, and that it is done once."""

import asyncio
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest

from app.core.bodies import Submitted
from app.core.call import Call
from app.core.config import load_settings
from app.core.errors import conflict
from app.core.idempotency import claim
from app.settings import Settings
from app.webhooks.receiving import Webhook
from app.webhooks.secrets import DEVELOPMENT_SECRET
from app.webhooks.signature import signature
from app.webhooks.table import WEBHOOKS
from tests.conftest import SettingsFactory
from tests.environment import TEST_SETTINGS

UNKNOWN_ID = "01940000-0000-7000-8000-000000000000"
each_webhook = pytest.mark.parametrize("webhook", WEBHOOKS, ids=lambda each: each.name)
EVENTS = [(webhook, kind) for webhook in WEBHOOKS for kind in webhook.reactions]
each_event = pytest.mark.parametrize(
    ("webhook", "kind"), EVENTS, ids=[f"{webhook.name} {kind}" for webhook, kind in EVENTS]
)
pytestmark = pytest.mark.anyio


def told(webhook: Webhook, kind: str, event_id: str = "evt_1") -> dict[str, Any]:
    """An event with a row that does not exist, and a text for each part of the input."""
    reaction = webhook.reactions[kind]
    body: dict[str, Any] = {}
    for way in (*reaction.input.values(), reaction.row):
        put(body, way, UNKNOWN_ID)
    return {**body, "id": event_id, "type": kind}


def put(body: dict[str, Any], way: str, value: Any) -> None:
    """Put a value where a way leads."""
    *outer, last = way.split(".")
    for key in outer:
        body = body.setdefault(key, {})
    body[last] = value


class Sender:
    """The other service."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self.client = client

    async def send(self, webhook: Webhook, body: Any, **headers: str) -> httpx2.Response:
        """Send an event as it is signed."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        secret = str(TEST_SETTINGS[webhook.secret])
        now = str(int(time.time()))
        signed = {webhook.header: f"t={now},v1={signature(secret, now, data)}"}
        headers = {"Content-Type": "application/json", **signed, **headers}
        return await self.client.post(webhook.path, content=data, headers=headers)


@pytest.fixture
def sender(client: httpx2.AsyncClient) -> Sender:
    """Whoever knows the secrets."""
    return Sender(client)


def code(answer: httpx2.Response) -> tuple[int, str]:
    """The status and the code of an error."""
    return answer.status_code, answer.json()["error"]["code"]


def faults(answer: httpx2.Response) -> dict[str, str]:
    """The rules that were broken, by field."""
    assert answer.status_code == 400, answer.text
    return {each["field"]: each["rule"] for each in answer.json()["error"]["details"]}


@each_event
async def test_who_does_not_sign_is_not_believed(
    webhook: Webhook, kind: str, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run(*_: Any) -> None:
        pytest.fail("the command was done")

    monkeypatch.setitem(webhook.reactions, kind, replace(webhook.reactions[kind], run=run))
    body = told(webhook, kind)
    old = str(int(time.time()) - webhook.tolerance - 60)
    data = json.dumps(body).encode()
    right_but_old = signature(str(TEST_SETTINGS[webhook.secret]), old, data)
    for header in ("", "garbled", f"t={old},v1={right_but_old}", f"t={old},v1={'0' * 64}"):
        answer = await sender.send(webhook, body, **{webhook.header: header})
        assert code(answer) == (401, "UNAUTHORIZED")
        assert answer.headers["www-authenticate"] == "HMAC-SHA256"
    unsigned = await sender.client.post(webhook.path, json=body)
    assert code(unsigned) == (401, "UNAUTHORIZED")


@each_webhook
async def test_what_is_no_event_is_refused(webhook: Webhook, sender: Sender) -> None:
    assert code(await sender.send(webhook, b"no json")) == (400, "MALFORMED_JSON")
    assert code(await sender.send(webhook, {}, **{"Content-Type": "text/plain"})) == (
        415,
        "UNSUPPORTED_MEDIA_TYPE",
    )
    assert faults(await sender.send(webhook, [])) == {"": "type"}
    assert faults(await sender.send(webhook, {"id": 5})) == {"id": "type", "type": "required"}
    assert faults(await sender.send(webhook, {"id": "", "type": "x"})) == {"id": "min"}


@each_webhook
async def test_other_events_are_well(webhook: Webhook, sender: Sender) -> None:
    answer = await sender.send(webhook, {"id": "evt_1", "type": "nobody.asked", "data": {"a": [1]}})
    assert (answer.status_code, answer.content) == (204, b"")


@each_event
async def test_an_event_asks_for_its_command(
    webhook: Webhook, kind: str, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[Call, str, Submitted[Any] | None]] = []

    async def run(call: Call, row: str, body: Submitted[Any] | None = None) -> None:
        calls.append((call, row, body))

    reaction = webhook.reactions[kind]
    monkeypatch.setitem(webhook.reactions, kind, replace(reaction, run=run))
    assert (await sender.send(webhook, told(webhook, kind))).status_code == 204
    ((call, row, body),) = calls
    assert row == UNKNOWN_ID
    assert call.caller.is_admin
    assert call.caller.user_id is None
    assert call.repeatable is not None
    assert (call.repeatable.key, call.repeatable.caller) == ("evt_1", f"webhook {webhook.name}")
    assert (body.raw if body else {}).keys() == reaction.input.keys()


@each_event
async def test_the_row_must_be_there(webhook: Webhook, kind: str, sender: Sender) -> None:
    way = webhook.reactions[kind].row
    assert code(await sender.send(webhook, told(webhook, kind))) == (404, "NOT_FOUND")
    for value, fault in (
        (None, {way: "required"}),
        (5, {way: "type"}),
        ("no-id", {"id": "format"}),
    ):
        body = told(webhook, kind)
        put(body, way, value)
        assert faults(await sender.send(webhook, body)) == fault
    bare = {"id": "evt_1", "type": kind, way.partition(".")[0]: "no object"}
    if "." in way:
        assert faults(await sender.send(webhook, bare)) == {way: "required"}


@each_event
async def test_an_event_that_comes_again_is_done_once(
    webhook: Webhook, kind: str, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    async def run(call: Call, row: str, body: Submitted[Any] | None = None) -> None:
        # As every command does: the key is kept in the transaction of the work.
        assert call.repeatable is not None
        async with call.database.write() as session:
            key = await claim(session, call.repeatable, body.value if body else None)
            await asyncio.sleep(0.05)
            key.status, key.answer = 200, '{"version": 2}'
            done.append(row)

    reaction = replace(webhook.reactions[kind], run=run)
    monkeypatch.setitem(webhook.reactions, kind, reaction)
    several = [sender.send(webhook, told(webhook, kind, "evt_again")) for _ in range(4)]
    answers = await asyncio.gather(*several)
    assert [(each.status_code, each.content) for each in answers] == [(204, b"")] * 4
    replayed = [each.headers.get("idempotency-replayed") for each in answers]
    assert sorted(map(str, replayed)) == ["None", "true", "true", "true"]
    assert len(done) == 1
    assert (await sender.send(webhook, told(webhook, kind, "evt_other"))).status_code == 204
    assert len(done) == 2


@each_event
async def test_what_cannot_be_done_now_comes_again(
    webhook: Webhook, kind: str, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run(*_: Any) -> None:
        raise conflict("This is not possible now.")

    monkeypatch.setitem(webhook.reactions, kind, replace(webhook.reactions[kind], run=run))
    for _ in range(2):
        assert code(await sender.send(webhook, told(webhook, kind))) == (409, "CONFLICT")


@each_webhook
@pytest.mark.parametrize("value", ["", "short", "with spaces in between them"])
def test_a_weak_secret_stops_the_start(
    webhook: Webhook,
    value: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for each, right in TEST_SETTINGS.items():
        monkeypatch.setenv(each.upper(), str(right))
    monkeypatch.setenv(webhook.secret, value)
    with pytest.raises(SystemExit):
        load_settings(Settings)
    assert webhook.secret in capsys.readouterr().err


@each_webhook
def test_production_refuses_the_secret_of_examples(
    webhook: Webhook, make_settings: SettingsFactory
) -> None:
    with pytest.raises(ValueError, match=webhook.secret):
        make_settings(app_env="production", **{webhook.secret: DEVELOPMENT_SECRET})
    make_settings(app_env="test", **{webhook.secret: DEVELOPMENT_SECRET})

"""Unforeseen errors: what reaches Sentry, and what must not."""

import json
from typing import Any

import pytest

from app.main import create_app
from app.observability.error_tracking import ErrorTracking
from tests.conftest import SettingsFactory
from tests.observability.receiver import Receiver, receiving
from tests.observability.test_metrics import client_of

pytestmark = pytest.mark.anyio


def events(receiver: Receiver) -> list[dict[str, Any]]:
    """The events in the envelopes that were received."""
    found = []
    for path, body in receiver.received:
        assert path == "/api/7/envelope/"
        lines = body.splitlines()
        found += [json.loads(line) for line in lines[2::2]]
    return found


async def broken(name: str) -> str:
    """A route with a mistake."""
    password = f"hunter2 of {name}"
    raise RuntimeError(f"broken for {len(password)}")


async def test_an_unforeseen_error_goes_out_without_personal_data(
    make_settings: SettingsFactory,
) -> None:
    with receiving() as receiver:
        app = create_app(make_settings(sentry_dsn=f"http://key@{receiver.address}/7"))
        app.post("/broken/{name}")(broken)
        async with client_of(app) as client:
            answer = await client.post(
                "/broken/ada?email=ada@example.com",
                json={"secret": "the body"},
                headers={"Authorization": "Bearer token-1", "X-Request-Id": "find-me"},
            )
            assert answer.status_code == 500
            assert (await client.get("/nope")).status_code == 404
        await app.state.observers.close()
        await app.state.database.close()
    (event,) = events(receiver)
    (found,) = event["exception"]["values"]
    assert (found["type"], found["value"]) == ("RuntimeError", "broken for 14")
    assert found["stacktrace"]["frames"][-1]["function"] == "broken"
    assert event["tags"] == {"request_id": "find-me", "method": "POST", "route": "/broken/{name}"}
    assert event["transaction"] == "POST /broken/{name}"
    assert event["environment"] == "test"
    assert not {"request", "user", "breadcrumbs"} & set(event)
    assert all("vars" not in frame for frame in found["stacktrace"]["frames"])
    sent = json.dumps(event)
    for secret in ("hunter2 of ada", "ada@example.com", "token-1", "the body"):
        assert secret not in sent


def test_what_a_database_tells_of_a_row_stays_here() -> None:
    with receiving() as receiver:
        tracking = ErrorTracking(f"http://key@{receiver.address}/7", "test")
        error = RuntimeError("taken\nDETAIL:  Key (email)=(ada@example.com) exists.\nHINT: none")
        tracking.report(error, {"method": "GET", "route": "/"})
        tracking.close()
    (event,) = events(receiver)
    assert event["exception"]["values"][0]["value"] == "taken\nHINT: none"
    assert "ada@example.com" not in json.dumps(event["exception"])

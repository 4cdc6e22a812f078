"""Starting and stopping, inside the test process."""

import logging
import signal
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI

from app import __main__ as server
from app.core.config import CoreSettings, load_settings
from app.core.logging import configure_logging
from app.settings import Settings


@pytest.mark.anyio
async def test_start_and_stop(app: FastAPI) -> None:
    async with app.router.lifespan_context(app):
        await app.state.database.ping()
    # The pool is closed, not broken: it opens again when asked.
    await app.state.database.ping()


def test_the_server_gets_the_settings(
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
) -> None:
    given: dict[str, Any] = {}
    monkeypatch.setattr(server, "load_settings", lambda _kind: settings)
    monkeypatch.setattr(uvicorn, "run", lambda _app, **options: given.update(options))
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    server.main()
    assert (given["host"], given["port"]) == (settings.host, settings.port)
    assert given["timeout_graceful_shutdown"] == settings.drain_seconds
    assert given["server_header"] is False
    assert given["proxy_headers"] is False


def test_a_faulty_setting_is_named(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PORT", "http")
    monkeypatch.setenv("DATABASE_URL", "nothing")
    with pytest.raises(SystemExit) as left:
        load_settings(CoreSettings)
    assert left.value.code == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(":")[1].strip() for line in lines] == ["PORT", "DATABASE_URL"]


def test_secrets_never_reach_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("info")
    extra = {"password": "hunter2", "accessToken": "hunter2", "Authorization": "hunter2", "n": 1}
    logging.getLogger("anything").info("hello", extra=extra)
    line = capsys.readouterr().out
    assert "hunter2" not in line
    assert '"n": 1' in line

"""Settings: what stops the start, and what .env.example tells."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.core.config import CoreSettings
from app.project import DEFAULT_DATABASE_URL
from app.settings import Settings
from tests.environment import TEST_SETTINGS

ROOT = Path(__file__).parents[2]


def environment(**variables: str) -> dict[str, str]:
    given = {name.upper(): str(value) for name, value in TEST_SETTINGS.items()}
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**kept, **given, "PYTHONPATH": str(ROOT), **variables}


def start(folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Start the service where no .env is."""
    return subprocess.run(
        [sys.executable, "-m", "app"],
        cwd=folder,
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "65536"),
        ("APP_ENV", "staging"),
        ("LOG_LEVEL", "loud"),
        ("DATABASE_URL", "oracle://x"),
        ("DATABASE_URL", "not a url"),
        ("DATABASE_URL", f"{DEFAULT_DATABASE_URL}?sslmode=sometimes"),
        ("DATABASE_POOL_SIZE", "0"),
        ("TRUSTED_PROXIES", "10.0.0.0/24,somewhere"),
        ("CORS_ORIGINS", "*"),
        ("CORS_ORIGINS", "https://shop.example/path"),
        ("RATE_LIMIT_PER_MINUTE", "-1"),
        ("SLOW_QUERY_MS", "9" * 20),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318"),
        ("SENTRY_DSN", "errors.example"),
    ],
)
def test_a_malformed_setting_stops_the_start(tmp_path: Path, name: str, value: str) -> None:
    ended = start(tmp_path, **{name: value})
    assert ended.returncode == 1
    assert name in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_example_environment_lists_every_setting() -> None:
    text = (ROOT / ".env.example").read_text()
    listed = set(re.findall(r"^#?([A-Z][A-Z0-9_]*)=", text, re.MULTILINE))
    # What begins so is for the tests.
    settings = {name for name in listed if not name.startswith("TEST_")}
    assert settings == {name.upper() for name in Settings.model_fields}


def test_lists_are_separated_by_commas() -> None:
    settings = CoreSettings.model_validate(
        {"trusted_proxies": "10.0.0.0/24, ::1", "cors_origins": "https://a.b,http://c:1"}
    )
    assert [str(network) for network in settings.trusted_proxies] == ["10.0.0.0/24", "::1/128"]
    assert settings.cors_origins == ("https://a.b", "http://c:1")


@contextmanager
def running(folder: Path, url: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The service as `make run` starts it, on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    process = subprocess.Popen(
        [sys.executable, "-m", "app"],
        cwd=folder,
        env=environment(PORT=port, DATABASE_URL=url, APP_ENV="test"),
        stdout=subprocess.PIPE,
        text=True,
    )
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{base}/healthz").close()  # noqa: S310 - our own address
                break
            except OSError:
                time.sleep(0.1)
        yield process, base
    finally:
        process.kill()
        process.communicate()


def test_sigterm_ends_the_service_with_status_0(tmp_path: Path, database_url: str) -> None:
    with running(tmp_path, database_url) as (process, base):
        with urllib.request.urlopen(f"{base}/readyz") as answer:  # noqa: S310 - our own address
            assert answer.status == 200
            assert answer.headers["server"] is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0

"""Processes in a hurry."""

from collections.abc import Callable
from typing import Any

import pytest

from app.background import consumer, work
from app.background.handlers import Handler
from app.background.relay import Relay
from app.core.database import Database
from app.settings import Settings
from tests.background.common_events import Process
from tests.bench import Bench
from tests.conftest import SettingsFactory

MakeProcess = Callable[..., Process]


@pytest.fixture
def settings(make_settings: SettingsFactory) -> Settings:
    """Three attempts, a moment apart."""
    return make_settings(event_attempts=3, event_retry_base_ms=10)


@pytest.fixture
def process(
    database: Database,
    settings: Settings,
    bench: Bench,
    monkeypatch: pytest.MonkeyPatch,
) -> MakeProcess:
    """Make a process with these handlers, perhaps on a broker of its own."""
    monkeypatch.setattr(Relay, "pause_seconds", 0.02)
    monkeypatch.setattr(work, "AWAY_SECONDS", 0.05)
    monkeypatch.setattr(consumer, "AWAY_SECONDS", 0.05)

    def make(*handlers: Handler[Any], **options: Any) -> Process:
        return Process(database, settings, bench.carrier(handlers, **options), handlers)

    return make

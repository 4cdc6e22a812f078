"""Puts together who works on events and jobs."""

from collections.abc import Sequence
from typing import Any

from prometheus_client import CollectorRegistry

from app.background.broker import make_carrier
from app.background.consumer import Consumer
from app.background.event_metrics import EventDepth, EventMetrics
from app.background.handlers import Handler
from app.background.jobs import JobKind
from app.background.metrics import JobDepth, JobMetrics
from app.background.relay import Relay
from app.background.runner import JobRunner
from app.background.schedules import Schedules
from app.background.work import Measured, Part, Work
from app.core.database import Database
from app.settings import Settings


def event_work(
    database: Database,
    settings: Settings,
    jobs: Sequence[JobKind[Any]],
    handlers: Sequence[Handler[Any]],
) -> Work:
    """Jobs, schedules, the relay and a consumer for each handler."""
    registry = CollectorRegistry()
    metrics = EventMetrics(registry)
    carrier = make_carrier(database, settings, handlers)
    parts: list[Part] = [
        Relay(database, carrier, metrics),
        *(Consumer(database, settings, each, carrier, metrics) for each in handlers),
        JobRunner(database, settings, jobs, carrier.source(), JobMetrics(registry)),
        Schedules(database, jobs),
        *carrier.parts(),
    ]
    measured: list[Measured] = [JobDepth(database), EventDepth(database, carrier)]
    return Work(
        parts,
        measured,
        registry,
        drain_seconds=settings.drain_seconds,
        check=carrier.check,
        close=carrier.close,
    )

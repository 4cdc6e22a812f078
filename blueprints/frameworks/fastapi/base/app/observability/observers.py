"""Starts what the settings ask for, and stops it with the service."""

import asyncio
from typing import TYPE_CHECKING, cast

from fastapi import FastAPI
from starlette.types import Scope

from app.core.database import Database
from app.observability.config import ObservabilitySettings
from app.observability.metrics import Metrics
from app.observability.profiling import ProfileRequests

if TYPE_CHECKING:
    from app.observability.error_tracking import ErrorTracking
    from app.observability.tracing import Tracing


class Observers:
    """Metrics, traces and errors of one application."""

    def __init__(self, app: FastAPI, settings: ObservabilitySettings) -> None:
        self.metrics = Metrics(lambda: cast(Database, app.state.database))
        self.profile_dir = settings.profile_dir
        self.tracing = start_tracing(app, settings)
        self.errors = start_error_tracking(settings)

    def surround(self, app: FastAPI) -> None:
        """Add the layers that see a request before all others."""
        if self.profile_dir:
            app.add_middleware(ProfileRequests, folder=self.profile_dir)
        if self.tracing:
            self.tracing.surround(app)

    def report(self, error: BaseException, scope: Scope) -> None:
        """Report an unforeseen error of a request."""
        if self.errors:
            state = scope.get("state", {})
            tags = {
                "request_id": str(state.get("request_id", "")),
                "method": str(scope.get("method", "")),
                "route": str(state.get("route") or "none"),
            }
            self.errors.report(error, tags)

    async def close(self) -> None:
        """Send what is left."""
        for each in (self.tracing, self.errors):
            if each:
                await asyncio.to_thread(each.close)


# The libraries take time to load, so they are loaded only where they are needed.


def start_tracing(app: FastAPI, settings: ObservabilitySettings) -> "Tracing | None":
    """Trace, if there is a collector."""
    if settings.otel_exporter_otlp_endpoint is None:
        return None
    from app.observability import tracing

    endpoint = settings.otel_exporter_otlp_endpoint
    return tracing.Tracing(endpoint, settings.app_env, app.state.database.engine)


def start_error_tracking(settings: ObservabilitySettings) -> "ErrorTracking | None":
    """Report errors, if there is somebody to report them to."""
    if settings.sentry_dsn is None:
        return None
    from app.observability import error_tracking

    return error_tracking.ErrorTracking(settings.sentry_dsn, settings.app_env)

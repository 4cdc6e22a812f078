"""What Prometheus reads at `/metrics`: requests, the database's pool, rows created.

Each application has a registry of its own and counts for its own process.
"""

from collections.abc import Callable, Iterator
from hmac import compare_digest

from fastapi import APIRouter, Request, Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import QueuePool
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.database import Database
from app.core.errors import unauthorized
from app.core.naming import snake_case
from app.core.repository import Target
from app.core.responses import Error

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

# When a series began is noise to most queries, and a name that `promtool check metrics` refuses.
disable_created_metrics()  # type: ignore[no-untyped-call]

router = APIRouter(tags=["operations"])


class Metrics:
    """The instruments of one application."""

    def __init__(self, database: Callable[[], Database]) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "http_requests_total",
            "Requests answered.",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self._durations = Histogram(
            "http_request_duration_seconds",
            "Time from the first byte of a request to the end of its answer.",
            ["method", "route"],
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.registry.register(DatabaseCollector(database))
        ProcessCollector(registry=self.registry)

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request. Clients invent methods; labels that they invent would pile up."""
        method = method if method in METHODS else "other"
        self._requests.labels(method, route, str(status)).inc()
        self._durations.labels(method, route).observe(seconds)


class DatabaseCollector(Collector):
    """What the database knows itself, asked for when Prometheus asks."""

    def __init__(self, database: Callable[[], Database]) -> None:
        self.database = database

    def collect(self) -> Iterator[Metric]:
        """The gauges of the pool, slow queries, rows created since the start, and the cache."""
        database = self.database()
        pool = _pool(database.engine)
        yield GaugeMetricFamily(
            "database_pool_connections_max",
            "Connections that the pool may hold.",
            pool.size(),
        )
        yield GaugeMetricFamily(
            "database_pool_connections_in_use",
            "Connections that requests hold at this moment.",
            pool.checkedout(),
        )
        yield CounterMetricFamily(
            "database_slow_queries_total",
            "Statements that took longer than SLOW_QUERY_MS.",
            database.statements.slow,
        )
        for name, target in sorted(Target.known.items()):
            yield CounterMetricFamily(
                f"{snake_case(name)}_created_total",
                f"Rows of {name} created and committed.",
                database.created[target.model.__name__],
            )
        yield from database.cache.metrics()

    def describe(self) -> list[Metric]:
        """No names beforehand: there is no database yet when this is registered."""
        return []


def _pool(engine: AsyncEngine) -> QueuePool:
    assert isinstance(engine.pool, QueuePool)  # noqa: S101 - what `create_engine` asks for
    return engine.pool


@router.get(
    "/metrics",
    operation_id="metrics",
    summary="Read the metrics",
    response_class=Response,
    responses={
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}},
        401: {"model": Error, "description": "No or a wrong METRICS_TOKEN"},
        500: {"model": Error, "description": "An unforeseen failure"},
    },
)
async def metrics(request: Request) -> Response:
    """Answers in Prometheus' text format; needs `METRICS_TOKEN` as bearer token when it is set."""
    token = request.app.state.settings.metrics_token
    if token is not None:
        given = request.headers.get("authorization", "")
        scheme, _, value = given.partition(" ")
        known = token.get_secret_value().encode()
        if scheme.lower() != "bearer" or not compare_digest(value.encode(), known):
            raise unauthorized("This token is wrong." if given else "Log in first.")
    text = generate_latest(request.app.state.observers.metrics.registry)
    if request.app.state.work is not None:
        text += await request.app.state.work.metrics()
    return Response(text, media_type=CONTENT_TYPE_LATEST)

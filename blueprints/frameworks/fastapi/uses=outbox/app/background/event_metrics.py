"""What Prometheus is told of events."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter
from prometheus_client.core import GaugeMetricFamily, Metric
from sqlalchemy import func, select

from app.background.carrier import Carrier
from app.background.metrics import queue_depth
from app.background.outbox import OutboxRow
from app.background.work import AwayError
from app.core.database import Database, now_ms


class EventMetrics:
    """Events that went out and came in."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._published = Counter(
            "events_published_total",
            "Events that went out.",
            ["type"],
            registry=registry,
        )
        self._consumed = Counter(
            "events_consumed_total",
            "What came of events: handled, duplicate, retry (another attempt follows) or dead.",
            ["handler", "outcome"],
            registry=registry,
        )

    def published(self, event_type: str) -> None:
        """Count an event that went out."""
        self._published.labels(event_type).inc()

    def consumed(self, handler: str, outcome: str) -> None:
        """Count what came of an event."""
        self._consumed.labels(handler, outcome).inc()


class EventDepth:
    """What waits to go out, and for the handlers."""

    def __init__(self, database: Database, carrier: Carrier) -> None:
        self.database = database
        self.carrier = carrier

    async def measure(self) -> Iterable[Metric]:
        """The outbox, and the queues unless the broker is away."""
        waiting = select(func.count(), func.min(OutboxRow.created_at)).where(
            OutboxRow.published_at.is_(None)
        )
        async with self.database.read() as session:
            count, oldest = (await session.execute(waiting)).one()
        seconds = (now_ms() - oldest).total_seconds() if oldest else 0.0
        pending = GaugeMetricFamily("outbox_pending", "Events that have not gone out.", count)
        age = GaugeMetricFamily("outbox_oldest_seconds", "How long the oldest waits.", seconds)
        try:
            return [pending, age, queue_depth(await self.carrier.depths())]
        except AwayError:
            return [pending, age]

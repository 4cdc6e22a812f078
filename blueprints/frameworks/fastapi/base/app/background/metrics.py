"""What Prometheus is told of the work in the background."""

from collections.abc import Iterable, Mapping

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from sqlalchemy import func, select

from app.background.jobs import QUEUES
from app.background.models import Job
from app.core.database import Database, now_ms

JOB_BUCKETS = (0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0)


class JobMetrics:
    """Jobs that were run."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._jobs = Counter(
            "jobs_total",
            "Attempts of jobs: done, retry (another follows) or failed.",
            ["job", "outcome"],
            registry=registry,
        )
        self._durations = Histogram(
            "job_duration_seconds",
            "Time that an attempt of a job took.",
            ["job"],
            buckets=JOB_BUCKETS,
            registry=registry,
        )

    def observe(self, job: str, outcome: str, seconds: float) -> None:
        """Count one attempt."""
        self._jobs.labels(job, outcome).inc()
        self._durations.labels(job).observe(seconds)


def queue_depth(depths: Mapping[str, int]) -> Metric:
    """How much waits in each queue."""
    family = GaugeMetricFamily(
        "queue_depth",
        "Jobs that are due, messages that wait for a handler, dead letters.",
        labels=["queue"],
    )
    for name, depth in depths.items():
        family.add_metric([name], depth)
    return family


class JobDepth:
    """How many jobs wait."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def measure(self) -> Iterable[Metric]:
        """Jobs that are due, by queue."""
        waiting = (
            select(Job.queue, func.count().label("depth"))
            .where(Job.status == "pending", Job.run_at <= now_ms())
            .group_by(Job.queue)
        )
        async with self.database.read() as session:
            found = {row.queue: row.depth for row in await session.execute(waiting)}
        return [queue_depth({queue: found.get(queue, 0) for queue in QUEUES})]

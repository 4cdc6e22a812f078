"""Parts that run side by side, and end together."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Literal, Protocol

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from app.core.errors import ApiError

log = logging.getLogger(__name__)

# How long to do nothing when something was not as it should be.
AWAY_SECONDS = 0.5
TROUBLE_SECONDS = 5.0
# How long to give what was cancelled before it is cancelled again.
CANCEL_SECONDS = 1.0


class Stop:
    """Tells all parts to take nothing new."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    @property
    def wanted(self) -> bool:
        """Whether to stop."""
        return self._event.is_set()

    def ask(self) -> None:
        """Ask all to stop."""
        self._event.set()

    async def within(self, seconds: float) -> bool:
        """Wait so long, or until all are asked to stop; tells which."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._event.wait(), seconds)
        return self.wanted


class Part(Protocol):
    """Something that works in the background."""

    async def run(self, stop: Stop) -> None:
        """Work until asked to stop, then finish what has begun."""


class Loop:
    """A part that does the same again and again, whatever goes wrong."""

    pause_seconds = 0.25

    async def step(self) -> bool:
        """Do a piece of work; tells whether there may be more."""
        raise NotImplementedError

    async def run(self, stop: Stop) -> None:
        """Work until asked to stop."""
        while not stop.wanted:
            try:
                pause = 0.0 if await self.step() else self.pause_seconds
            except Exception as error:
                pause = trouble(error, type(self).__name__)
            await stop.within(pause)


def trouble(error: Exception, what: str) -> float:
    """Log what went wrong, if nobody has; returns how long to wait."""
    if isinstance(error, ApiError | AwayError):
        return AWAY_SECONDS
    # Such as a database that nobody has migrated yet.
    log.error("cannot work", exc_info=error, extra={"part": what})
    return TROUBLE_SECONDS


class AwayError(Exception):
    """What carries messages does not answer; it has been logged."""


class Measured(Protocol):
    """Something that has numbers to tell."""

    async def measure(self) -> Iterable[Metric]:
        """The numbers of this moment."""


Checks = Mapping[str, Literal["up", "down"]]


async def _no_checks() -> Checks:
    return {}


async def _nothing() -> None:
    pass


class Work:
    """All parts of a process, and their numbers."""

    def __init__(
        self,
        parts: Sequence[Part],
        measured: Sequence[Measured],
        registry: CollectorRegistry,
        *,
        drain_seconds: float,
        check: Callable[[], Awaitable[Checks]] = _no_checks,
        close: Callable[[], Awaitable[None]] = _nothing,
    ) -> None:
        self.parts = parts
        self.measured = measured
        self.registry = registry
        self.drain_seconds = drain_seconds
        # What probes are told.
        self.check = check
        self.close = close

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Work while the block lasts; what runs at its end is finished, or left to its lease."""
        stop = Stop()
        tasks = [asyncio.create_task(part.run(stop)) for part in self.parts]
        try:
            yield
        finally:
            stop.ask()
            _, late = await asyncio.wait(tasks, timeout=self.drain_seconds)
            while late:
                for task in late:
                    task.cancel()
                # A call that was about to answer may swallow it.
                _, late = await asyncio.wait(late, timeout=CANCEL_SECONDS)
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.close()

    async def metrics(self) -> bytes:
        """The numbers of this moment, as Prometheus reads them; those that nobody knows are out."""
        moment = CollectorRegistry()
        found: dict[str, Metric] = {}
        for each in self.measured:
            with contextlib.suppress(ApiError):
                for metric in await each.measure():
                    known = found.setdefault(metric.name, metric)
                    if known is not metric:
                        known.samples += metric.samples
        moment.register(_Found(found.values()))
        return generate_latest(self.registry) + generate_latest(moment)


class _Found(Collector):
    """Numbers that are known already."""

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = list(metrics)

    def collect(self) -> Iterable[Metric]:
        """The numbers."""
        return self._metrics

"""Parts that run side by side: they end, also those that do not want to."""

import asyncio

import pytest
from prometheus_client import CollectorRegistry

from app.background import work
from app.background.work import Stop, Work

pytestmark = pytest.mark.anyio


class Stubborn:
    """A part that takes its first cancellation for an answer, as some libraries do."""

    def __init__(self) -> None:
        self.cancelled = 0

    async def run(self, _stop: Stop) -> None:
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                self.cancelled += 1
                if self.cancelled > 1:
                    raise


async def test_a_part_ends_that_swallows_its_cancellation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "CANCEL_SECONDS", 0.01)
    part = Stubborn()
    async with (
        asyncio.timeout(10),
        Work([part], [], CollectorRegistry(), drain_seconds=0).running(),
    ):
        await asyncio.sleep(0)
    assert part.cancelled == 2

"""The broker as a server of its own: away and back, and telling workers of jobs."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Annotated

import pytest
from prometheus_client import CollectorRegistry
from pydantic import ValidationError
from sqlalchemy import select, update

from app.background.broker_config import BrokerSettings
from app.background.carrier import Carrier
from app.background.dispatcher import Dispatcher
from app.background.jobs import JobContext, JobKind, Queue, enqueue
from app.background.messages import Message
from app.background.metrics import JobMetrics
from app.background.models import Job
from app.background.runner import JobRunner
from app.background.work import AwayError
from app.core import fields
from app.core.database import Database, now_ms
from app.project import QUEUE
from app.settings import Settings
from tests.background.common import until
from tests.background.common_events import Listener, running, say
from tests.background.conftest import MakeProcess
from tests.bench import Bench
from tests.broker_url import TEST_BROKER_URL
from tests.wire import Wire

pytestmark = pytest.mark.anyio

NOBODY = {"redis": "redis://:hunter2@127.0.0.1:1/0", "rabbitmq": "amqp://a:hunter2@127.0.0.1:1/"}


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    found = Wire(TEST_BROKER_URL)
    await found.open()
    yield found
    await found.cut()


async def test_events_wait_while_the_broker_is_away(
    database: Database,
    process: MakeProcess,
    wire: Wire,
) -> None:
    listener = Listener()

    async def heard(count: int) -> bool:
        return len(listener.seen) == count

    async with running(process(listener.handler, url=wire.url)) as working:
        await say(database, "a")
        await until(lambda: heard(1))
        assert await working.work.check() == {"broker": "up"}
        await wire.cut()
        await say(database, "b", "c")
        await asyncio.sleep(0.3)
        assert await working.work.check() == {"broker": "down"}
        text = (await working.work.metrics()).decode()
        assert "outbox_pending 2.0" in text
        assert "queue_depth" not in text
        await wire.open()
        await until(lambda: heard(3))
        assert await working.work.check() == {"broker": "up"}
    assert sorted(listener.seen) == ["a", "b", "c"]


async def test_a_broker_that_was_never_there(
    database: Database,
    process: MakeProcess,
    caplog: pytest.LogCaptureFixture,
) -> None:
    lonely = process(Listener().handler, url=NOBODY[QUEUE])
    async with running(lonely):
        await say(database, "a")
        await asyncio.sleep(0.3)
        assert await lonely.work.check() == {"broker": "down"}
    with pytest.raises(AwayError):
        await lonely.carrier.depths()
    assert caplog.text.count("the broker is away") == 1
    assert "hunter2" not in caplog.text


# --- jobs -------------------------------------------------------------------------------------


class Word(Message):
    """What the jobs of these tests are given."""

    word: Annotated[str, fields.String()]


class Desk:
    """Asks for jobs, sends them, and runs them."""

    def __init__(self, database: Database, settings: Settings, carrier: Carrier) -> None:
        self.seen: list[str] = []
        queues: tuple[Queue, ...] = ("low", "default", "high")
        self.kinds = [JobKind(queue, self.record, Word, queue=queue) for queue in queues]
        self.database = database
        (part,) = carrier.parts()
        assert isinstance(part, Dispatcher)
        self.dispatcher = part
        self.carrier = carrier
        metrics = JobMetrics(CollectorRegistry())
        source = carrier.source()
        self.runner = JobRunner(database, settings, self.kinds, source, metrics)

    async def record(self, _context: JobContext, given: Word) -> None:
        self.seen.append(given.word)

    async def ask(self) -> None:
        """Ask for one of each, the least urgent first."""
        for kind in self.kinds:
            async with self.database.write() as session:
                enqueue(session, kind, Word(word=kind.name))

    async def change(self, **values: object) -> None:
        """Set columns of all jobs."""
        async with self.database.write() as session:
            await session.execute(update(Job).values(**values))

    async def left(self) -> list[Job]:
        """The jobs that are not done."""
        async with self.database.read() as session:
            return list(await session.scalars(select(Job)))


@pytest.fixture
async def desk(database: Database, settings: Settings, bench: Bench) -> AsyncIterator[Desk]:
    found = Desk(database, settings, bench.carrier([]))
    yield found
    await found.carrier.close()


async def test_jobs_are_sent_and_the_most_urgent_is_taken_first(desk: Desk) -> None:
    await desk.ask()
    assert await desk.runner.run_due() == 0
    assert await desk.dispatcher.step() is False
    assert all(job.sent_at for job in await desk.left())
    assert await desk.runner.run_due() == 3
    assert desk.seen == ["high", "default", "low"]
    assert await desk.left() == []


async def test_a_job_that_is_sent_twice_runs_once(desk: Desk) -> None:
    await desk.ask()
    for _ in range(2):
        await desk.dispatcher.step()
        await desk.change(sent_at=None)
    assert await desk.runner.run_due() == 3
    assert len(desk.seen) == 3


async def test_what_the_broker_lost_is_sent_again(desk: Desk) -> None:
    await desk.ask()
    for minutes, count in ((9, 0), (11, 3)):
        await desk.change(sent_at=now_ms() - timedelta(minutes=minutes))
        await desk.dispatcher.step()
        assert await desk.runner.run_due() == count


async def test_a_job_of_a_dead_worker_is_sent_again(desk: Desk) -> None:
    await desk.ask()
    await desk.dispatcher.step()
    assert await desk.runner._take() is not None
    await desk.dispatcher.step()
    assert await desk.runner.run_due() == 2
    # The lease ends.
    await desk.change(run_at=now_ms())
    await desk.dispatcher.step()
    assert await desk.runner.run_due() == 1
    assert await desk.left() == []


async def test_a_worker_may_die_between_the_broker_and_the_table(
    desk: Desk,
    database: Database,
    settings: Settings,
    bench: Bench,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.background.broker.IDLE_MS", 1, raising=False)
    await desk.ask()
    await desk.dispatcher.step()
    dying = bench.carrier([])
    ticket = await dying.source().next()
    assert ticket is not None
    await dying.close()
    await asyncio.sleep(0.05)
    other = Desk(database, settings, bench.carrier([]))
    assert await other.runner.run_due() == 3
    await other.carrier.close()


async def test_two_workers_share_jobs(
    desk: Desk,
    database: Database,
    settings: Settings,
    bench: Bench,
) -> None:
    other = Desk(database, settings, bench.carrier([]))
    for _ in range(5):
        await desk.ask()
    await desk.dispatcher.step()
    tried = await asyncio.gather(desk.runner.run_due(), other.runner.run_due())
    assert sum(tried) == len(desk.seen) + len(other.seen) == 15
    await other.carrier.close()


@pytest.mark.parametrize("url", ["", "nothing", "http://127.0.0.1", "redis:", "amqp://"])
def test_an_address_that_leads_nowhere_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="broker_url"):
        BrokerSettings(broker_url=url)  # type: ignore[arg-type]

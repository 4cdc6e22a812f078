"""Jobs: kept until done, tried again, given up in the end."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import select, text, update

from app.background import runner, work
from app.background.failed import failed_jobs, retry_jobs, run
from app.background.jobs import JobContext, JobKind, enqueue
from app.background.messages import Message
from app.background.models import Job
from app.background.runner import JobRunner
from app.background.work import Stop, Work
from app.core import fields
from app.core.database import Database, now_ms
from app.settings import Settings
from tests.background.common import make_runner, until

pytestmark = pytest.mark.anyio


class Note(Message):
    """What the jobs of these tests are given."""

    word: Annotated[str, fields.String()] = "none"


class Recorder:
    """A job that writes down what it is given, or fails as often as it is told."""

    def __init__(self, failures: int = 0, attempts: int = 5) -> None:
        self.failures = failures
        self.seen: list[str] = []
        self.kind = JobKind("record", self.record, Note, attempts=attempts)

    async def record(self, _context: JobContext, given: Note) -> None:
        self.seen.append(given.word)
        if len(self.seen) <= self.failures:
            raise ConnectionResetError("mail server went away")

    def runner(self, database: Database, settings: Settings) -> JobRunner:
        """Somebody who runs it."""
        return make_runner(database, settings, [self.kind])


async def jobs(database: Database) -> list[Job]:
    async with database.read() as session:
        return list(await session.scalars(select(Job)))


async def make_due(database: Database) -> None:
    async with database.write() as session:
        await session.execute(update(Job).values(run_at=now_ms()))


async def ask(database: Database, kind: JobKind[Note], word: str) -> None:
    async with database.write() as session:
        enqueue(session, kind, Note(word=word))


def background(runner: JobRunner) -> Work:
    return Work([runner], [], CollectorRegistry(), drain_seconds=5)


async def test_a_rolled_back_write_asks_for_nothing(database: Database) -> None:
    async def write_and_fail() -> None:
        async with database.write() as session:
            enqueue(session, Recorder().kind, Note(word="x"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await write_and_fail()
    assert await jobs(database) == []


async def test_a_job_runs_once_and_is_gone(database: Database, settings: Settings) -> None:
    recorder = Recorder()
    await ask(database, recorder.kind, "x")
    workers = [recorder.runner(database, settings) for _ in range(3)]
    await asyncio.gather(*(worker.run_due() for worker in workers))
    assert recorder.seen == ["x"]
    assert await jobs(database) == []


async def test_the_most_urgent_one_goes_first(database: Database, settings: Settings) -> None:
    seen: list[str] = []

    async def record(_context: JobContext, given: Note) -> None:
        seen.append(given.word)

    low = JobKind("low", record, Note, queue="low")
    middle = JobKind("middle", record, Note)
    high = JobKind("high", record, Note, queue="high")
    for kind in (low, middle, high):
        await ask(database, kind, kind.name)
    assert await make_runner(database, settings, [low, middle, high]).run_due() == 3
    assert seen == ["high", "middle", "low"]


async def test_a_failing_job_is_tried_as_often_as_it_says_then_kept(
    database: Database,
    settings: Settings,
) -> None:
    recorder = Recorder(failures=99, attempts=4)
    await ask(database, recorder.kind, "x")
    worker = recorder.runner(database, settings)
    pauses = []
    for _ in range(4):
        await make_due(database)
        before = now_ms()
        assert await worker.run_due() == 1
        pauses.append(((await jobs(database))[0].run_at - before).total_seconds())
    for attempt, pause in enumerate(pauses):
        assert 2**attempt <= pause < 2**attempt * 1.5 + 0.5
    await make_due(database)
    assert await worker.run_due() == 0
    (job,) = await failed_jobs(database)
    assert (job.status, job.error) == ("failed", "ConnectionResetError: mail server went away")
    assert len(recorder.seen) == 4


async def test_failed_jobs_are_listed_and_put_back(database: Database, settings: Settings) -> None:
    recorder = Recorder(failures=2, attempts=1)
    worker = recorder.runner(database, settings)
    assert await run(settings, ["list"]) == "no failed jobs"
    for word in "ab":
        await ask(database, recorder.kind, word)
    await worker.run_due()
    first, second = await failed_jobs(database)
    listed = (await run(settings, ["list"])).splitlines()
    assert [line.split()[0] for line in listed] == [str(first.id), str(second.id)]
    assert "mail server went away" in listed[0]
    assert await run(settings, ["retry", str(second.id)]) == "1 put back"
    assert await worker.run_due() == 1
    assert await retry_jobs(database) == 1
    assert await worker.run_due() == 1
    assert (await jobs(database), recorder.seen) == ([], ["a", "b", "b", "a"])


async def test_a_job_lost_with_its_process_runs_again(
    database: Database,
    settings: Settings,
) -> None:
    recorder = Recorder()
    await ask(database, recorder.kind, "x")
    worker = recorder.runner(database, settings)
    # Taken, and then the process dies: nobody else has it until its lease ends.
    assert await worker._take() is not None
    assert await worker.run_due() == 0
    async with database.write() as session:
        past = now_ms() - timedelta(seconds=1)
        await session.execute(update(Job).values(run_at=past))
    assert await worker.run_due() == 1
    assert recorder.seen == ["x"]


async def test_a_job_that_kills_its_process_ends_too(
    database: Database,
    settings: Settings,
) -> None:
    recorder = Recorder(attempts=2)
    await ask(database, recorder.kind, "x")
    worker = recorder.runner(database, settings)
    for _ in range(2):
        await make_due(database)
        assert await worker._take() is not None
    await make_due(database)
    assert await worker.run_due() == 1
    (job,) = await failed_jobs(database)
    assert (job.error, recorder.seen) == ("LostError: the process that ran it is gone", [])


async def test_a_long_job_keeps_its_lease(
    database: Database,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runner, "LEASE", timedelta(milliseconds=600))
    monkeypatch.setattr(runner, "RENEW_SECONDS", 0.1)
    begun: list[int] = []

    async def sleep(context: JobContext, _given: Note) -> None:
        begun.append(context.attempt)
        await asyncio.sleep(1.0)

    kind = JobKind("sleep", sleep, Note)
    await ask(database, kind, "x")
    first = asyncio.create_task(make_runner(database, settings, [kind]).run_due())
    other = make_runner(database, settings, [kind])

    async def taken() -> bool:
        return begun == [1]

    await until(taken)
    while not first.done():
        await other.run_due()
        await asyncio.sleep(0.05)
    assert begun == [1]
    assert await jobs(database) == []


async def test_a_job_has_its_time(
    database: Database,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runner, "TIME_LIMIT_SECONDS", 0.05)

    async def sleep(_context: JobContext, _given: Note) -> None:
        await asyncio.sleep(60)

    kind = JobKind("sleep", sleep, Note, attempts=1)
    await ask(database, kind, "x")
    assert await make_runner(database, settings, [kind]).run_due() == 1
    (job,) = await failed_jobs(database)
    assert job.error == "TimeoutError: "


async def test_what_nobody_knows_or_makes_no_sense_fails(
    database: Database,
    settings: Settings,
) -> None:
    recorder = Recorder(attempts=1)
    async with database.write() as session:
        session.add(Job(name="unknown", arguments={}))
        session.add(Job(name="record", arguments={"word": 5}))
    assert await recorder.runner(database, settings).run_due() == 2
    errors = {job.name: str(job.error) for job in await failed_jobs(database)}
    assert errors["unknown"] == "LookupError: there is no job unknown"
    assert "must be a string" in errors["record"]
    assert recorder.seen == []


async def test_several_run_at_once_and_the_end_waits_for_them(
    database: Database,
    settings: Settings,
) -> None:
    running = 0
    release = asyncio.Event()
    done: list[str] = []

    async def sleep(_context: JobContext, given: Note) -> None:
        nonlocal running
        running += 1
        await release.wait()
        done.append(given.word)

    kind = JobKind("sleep", sleep, Note)
    for word in "abcdefg":
        await ask(database, kind, word)

    async def full() -> bool:
        return running == runner.SLOTS

    async with background(make_runner(database, settings, [kind])).running():
        await until(full)
        # The end has begun by then.
        asyncio.get_running_loop().call_later(0.2, release.set)
    assert (running, len(done)) == (5, 5)
    left = await jobs(database)
    assert [job.attempts for job in left] == [0, 0]


async def test_what_does_not_end_in_time_is_left_to_its_lease(
    database: Database,
    settings: Settings,
) -> None:
    begun = asyncio.Event()

    async def sleep(_context: JobContext, _given: Note) -> None:
        begun.set()
        await asyncio.sleep(60)

    kind = JobKind("sleep", sleep, Note)
    await ask(database, kind, "x")
    parts = [make_runner(database, settings, [kind])]
    async with Work(parts, [], CollectorRegistry(), drain_seconds=0.1).running():
        await begun.wait()
    (job,) = await jobs(database)
    assert (job.status, job.attempts) == ("pending", 1)
    assert job.run_at > now_ms()


async def test_the_runner_outlives_a_table_that_cannot_be_used(
    database: Database,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    recorder = Recorder()
    monkeypatch.setattr(work, "TROUBLE_SECONDS", 0.01)
    async with database.write() as session:
        await session.execute(text("ALTER TABLE jobs RENAME TO jobs_away"))
    async with background(recorder.runner(database, settings)).running():
        await asyncio.sleep(0.1)
        async with database.write() as session:
            await session.execute(text("ALTER TABLE jobs_away RENAME TO jobs"))
        await ask(database, recorder.kind, "after trouble")

        async def seen() -> bool:
            return bool(recorder.seen)

        await until(seen)
    assert recorder.seen == ["after trouble"]


@pytest.mark.parametrize(("failures", "outcome"), [(0, "done"), (1, "retry"), (99, "failed")])
async def test_what_came_of_jobs_is_counted(
    database: Database,
    settings: Settings,
    failures: int,
    outcome: str,
) -> None:
    recorder = Recorder(failures, attempts=2 if failures == 1 else 1)
    await ask(database, recorder.kind, "x")
    registry = CollectorRegistry()
    await make_runner(database, settings, [recorder.kind], registry).run_due()
    labels = {"job": "record", "outcome": outcome}
    assert registry.get_sample_value("jobs_total", labels) == 1
    assert registry.get_sample_value("job_duration_seconds_count", {"job": "record"}) == 1


def test_a_stop_ends_a_wait() -> None:
    async def wait(ask: Callable[[], None]) -> bool:
        asyncio.get_running_loop().call_later(0.01, ask)
        return await stop.within(5)

    stop = Stop()
    assert asyncio.run(wait(stop.ask))
    assert stop.wanted

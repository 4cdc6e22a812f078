"""Jobs: kept until done, tried again, given up in the end."""

import asyncio
import email
import email.policy
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text, update

from app.core.database import Database, now_ms
from app.jobs import registry, runner
from app.jobs.mail import send_mail
from app.jobs.models import Job
from app.jobs.queue import enqueue
from app.settings import Settings

pytestmark = pytest.mark.anyio


class Recorder:
    """A job that writes down its arguments, or fails as often as it is told."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.seen: list[Any] = []

    async def __call__(self, _database: Database, _settings: Settings, arguments: Any) -> None:
        self.seen.append(arguments)
        if len(self.seen) <= self.failures:
            raise ConnectionResetError("mail server went away")


def record(monkeypatch: pytest.MonkeyPatch, failures: int = 0) -> Recorder:
    recorder = Recorder(failures)
    monkeypatch.setitem(registry.HANDLERS, "record", recorder)
    return recorder


async def jobs(database: Database) -> list[Job]:
    async with database.read() as session:
        return list(await session.scalars(select(Job)))


async def make_due(database: Database) -> None:
    async with database.write() as session:
        await session.execute(update(Job).values(run_at=now_ms()))


async def test_a_rolled_back_write_asks_for_nothing(database: Database) -> None:
    async def write_and_fail() -> None:
        async with database.write() as session:
            enqueue(session, "record", x="1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await write_and_fail()
    assert await jobs(database) == []


async def test_a_job_runs_once_and_is_gone(
    database: Database,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    recorder = record(monkeypatch)
    async with database.write() as session:
        enqueue(session, "record", x="1")
    workers = [runner.JobRunner(database, settings) for _ in range(3)]
    await asyncio.gather(*(worker.run_due() for worker in workers))
    assert recorder.seen == [{"x": "1"}]
    assert await jobs(database) == []


async def test_a_failing_job_is_tried_five_times_then_kept(
    database: Database,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    recorder = record(monkeypatch, failures=99)
    async with database.write() as session:
        enqueue(session, "record")
    worker = runner.JobRunner(database, settings)
    pauses = []
    for _ in range(runner.ATTEMPTS):
        await make_due(database)
        before = now_ms()
        assert await worker.run_due() == 1
        pauses.append(((await jobs(database))[0].run_at - before).total_seconds())
    for attempt, pause in enumerate(pauses):
        assert 2**attempt <= pause < 2**attempt * 1.5 + 0.5
    await make_due(database)
    assert await worker.run_due() == 0
    (job,) = await jobs(database)
    assert (job.status, job.error) == ("failed", "ConnectionResetError: mail server went away")
    assert len(recorder.seen) == 5


async def test_a_job_lost_with_its_process_runs_again(
    database: Database,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    recorder = record(monkeypatch)
    async with database.write() as session:
        enqueue(session, "record", x="1")
    worker = runner.JobRunner(database, settings)
    # Taken, and then the process dies: nobody else has it until its lease ends.
    assert await worker._claim() is not None
    assert await worker.run_due() == 0
    async with database.write() as session:
        past = now_ms() - timedelta(seconds=1)
        await session.execute(update(Job).values(run_at=past))
    assert await worker.run_due() == 1
    assert recorder.seen == [{"x": "1"}]


async def test_the_runner_works_in_the_background(
    database: Database,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    recorder = record(monkeypatch)
    async with database.write() as session:
        enqueue(session, "record", before="start")
    async with runner.JobRunner(database, settings).running():
        for _ in range(100):
            if recorder.seen:
                break
            await asyncio.sleep(0.02)
    assert recorder.seen == [{"before": "start"}]
    assert await jobs(database) == []


async def test_the_runner_outlives_a_table_that_cannot_be_used(
    database: Database,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    recorder = record(monkeypatch)
    monkeypatch.setattr(runner, "TROUBLE_SECONDS", 0.01)
    tidied = asyncio.Event()

    async def tidy(_database: Database, _settings: Settings) -> None:
        tidied.set()
        raise LookupError("no such table")

    monkeypatch.setattr(runner, "PERIODIC", [tidy])
    async with database.write() as session:
        await session.execute(text("ALTER TABLE jobs RENAME TO jobs_away"))
    async with runner.JobRunner(database, settings).running():
        await tidied.wait()
        await asyncio.sleep(0.05)
        async with database.write() as session:
            await session.execute(text("ALTER TABLE jobs_away RENAME TO jobs"))
        async with database.write() as session:
            enqueue(session, "record", after="trouble")
        for _ in range(100):
            if recorder.seen:
                break
            await asyncio.sleep(0.02)
    assert recorder.seen == [{"after": "trouble"}]


async def test_a_mail_is_a_file_that_mail_programs_read(
    settings: Settings,
    tmp_path: Path,
) -> None:
    link = "http://127.0.0.1:8000/reset-password?token=" + "x" * 90
    await send_mail(settings, "ada@example.com", "Grüße", f"Hello\n\n{link}\n")
    (path,) = (tmp_path / "mails").iterdir()
    assert path.suffix == ".eml"
    assert link.encode() in path.read_bytes()
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert message["To"] == "ada@example.com"
    assert message["Subject"] == "Grüße"
    assert message["From"] == settings.mail_from

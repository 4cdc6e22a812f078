"""From the outbox to the handlers, over the broker of this service."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.background import replay
from app.background.carrier import Delivery
from app.background.events import Envelope, happened
from app.background.handlers import Handler
from app.background.outbox import EventDelivery, OutboxRow
from app.core.database import Database, now_ms, uuid7
from app.settings import Settings
from app.work import HANDLERS
from tests.background.common import until
from tests.background.common_events import (
    SAID,
    Listener,
    Said,
    effects,
    running,
    say,
)
from tests.background.conftest import MakeProcess
from tests.bench import Bench

pytestmark = pytest.mark.anyio


async def settled(database: Database, count: int) -> bool:
    """Whether so many deliveries have come to an end."""
    ended = select(EventDelivery).where(EventDelivery.status != "pending")
    async with database.read() as session:
        return len((await session.scalars(ended)).all()) >= count


async def test_an_event_reaches_each_handler_once(
    database: Database,
    process: MakeProcess,
) -> None:
    one, two = Listener("one"), Listener("two")
    async with running(process(one.handler, two.handler)) as working:
        await say(database, "a", "b")
        await until(lambda: settled(database, 4))
        await asyncio.sleep(0.1)
        assert working.count("events_published_total", type="said") == 2
        for listener in (one, two):
            assert sorted(listener.seen) == ["a", "b"]
            labels = {"handler": listener.handler.name, "outcome": "handled"}
            assert working.count("events_consumed_total", **labels) == 2
    async with database.read() as session:
        unsent = select(OutboxRow).where(OutboxRow.published_at.is_(None))
        assert (await session.scalars(unsent)).all() == []


async def test_what_was_committed_before_a_crash_goes_out_later(
    database: Database,
    process: MakeProcess,
) -> None:
    listener = Listener()
    # So that there is a place for them.
    async with running(process(listener.handler)):
        await asyncio.sleep(0.1)
    await say(database, "a", "b")
    async with running(process(listener.handler)):
        await until(lambda: settled(database, 2))
    assert sorted(listener.seen) == ["a", "b"]


async def test_what_is_not_known_to_be_safe_is_sent_again(
    database: Database,
    process: MakeProcess,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    listener = Listener()
    working = process(listener.handler)
    publish = working.carrier.publish
    sent: list[str] = []

    async def publish_and_lose_the_answer(session: AsyncSession, rows: Sequence[OutboxRow]) -> None:
        await publish(session, rows)
        sent.extend(str(row.id) for row in rows)
        if len(sent) == 1:
            raise TimeoutError

    monkeypatch.setattr("app.background.work.TROUBLE_SECONDS", 0.05)
    monkeypatch.setattr(working.carrier, "publish", publish_and_lose_the_answer)
    async with running(working):
        await say(database, "a")
        await until(lambda: settled(database, 1))

        async def twice() -> bool:
            return len(sent) == 2

        await until(twice)
        await asyncio.sleep(0.2)
    assert sent[0] == sent[1]
    assert await effects(database) == ["a"]


async def test_the_events_of_a_subject_keep_their_order(
    database: Database,
    process: MakeProcess,
) -> None:
    listener, subject = Listener(), uuid7()
    listener.failures["1"] = 2
    async with running(process(listener.handler)):
        await say(database, *"12345", subject=subject)
        await say(database, "other")
        await until(lambda: settled(database, 6))
    of_subject = [word for word in listener.seen if word != "other"]
    assert of_subject == ["1", "1", "1", "2", "3", "4", "5"]
    # It did not wait for those.
    assert listener.seen.index("other") < len(listener.seen) - 1
    assert await effects(database) == ["1", "2", "3", "4", "5", "other"]


async def test_many_keep_their_order_in_two_processes(
    database: Database,
    process: MakeProcess,
) -> None:
    listener = Listener()
    subjects = [uuid7() for _ in range(3)]
    async with running(process(listener.handler)), running(process(listener.handler)):
        for number in range(12):
            for place, subject in enumerate(subjects):
                await say(database, f"{place}{number:02}", subject=subject)
        await until(lambda: settled(database, 36))
    for place in range(3):
        words = [word for word in listener.seen if word.startswith(str(place))]
        assert words == [f"{place}{number:02}" for number in range(12)]


async def test_a_message_that_comes_twice_has_one_effect(
    database: Database,
    process: MakeProcess,
) -> None:
    listener = Listener()
    text = happened("said", uuid7(), Said(word="a")).text().encode()
    acknowledged = 0

    async def done() -> None:
        nonlocal acknowledged
        acknowledged += 1

    async def dead(_error: str, _attempts: int) -> None:
        raise AssertionError

    async with running(process(listener.handler)) as working:
        await asyncio.sleep(0.1)
        for _ in range(2):
            working.consumers[0].put(Delivery(text, again=False, done=done, dead=dead))

        async def both() -> bool:
            labels = {"handler": "listen", "outcome": "duplicate"}
            return working.count("events_consumed_total", **labels) == 1

        await until(both)
    assert (listener.seen, acknowledged) == (["a"], 2)
    assert await effects(database) == ["a"]


async def test_a_failing_event_is_dead_in_the_end_and_can_be_put_back(
    database: Database,
    process: MakeProcess,
    bench: Bench,
) -> None:
    listener = Listener()
    listener.failures["a"] = 4
    async with running(process(listener.handler)) as working:
        await say(database, "a")

        async def is_dead() -> bool:
            labels = {"handler": "listen", "outcome": "dead"}
            return working.count("events_consumed_total", **labels) == 1

        await until(is_dead)
        assert await bench.dead(listener.handler) == [("ConnectionResetError: shop is closed", 3)]
        assert listener.seen == ["a"] * 3
        assert await effects(database) == []
        labels = {"handler": "listen", "outcome": "retry"}
        assert working.count("events_consumed_total", **labels) == 2
        assert (await working.carrier.depths())["listen.dlq"] == 1
        assert await working.carrier.replay() == {"listen": 1}

        async def is_done() -> bool:
            return await effects(database) == ["a"]

        await until(is_done)
        # All attempts again: one more failure did not end it.
        assert listener.seen == ["a"] * 5
        assert await bench.dead(listener.handler) == []


async def test_the_command_puts_back_what_is_dead(settings: Settings, bench: Bench) -> None:
    bench.carrier(HANDLERS)
    printed = (await replay.run(settings)).splitlines()
    assert printed == ([f"{each.name}: 0 put back" for each in HANDLERS] or ["no handlers"])


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (b"\xff{", "not valid: The body is not UTF-8."),
        (b"[]", "not valid: no object"),
        (b'{"specversion": "0.3", "type": "said"}', "not valid: specversion is not 1.0"),
    ],
)
async def test_nonsense_is_dead_at_once(
    process: MakeProcess,
    bench: Bench,
    text: bytes,
    error: str,
) -> None:
    listener = Listener()
    async with running(process(listener.handler)) as working:
        await working.carrier.ready()
        await bench.put(listener.handler, text)

        async def is_dead() -> bool:
            return len(await bench.dead(listener.handler)) == 1

        await until(is_dead)
    ((found, attempts),) = await bench.dead(listener.handler)
    assert found.startswith("not valid:")
    assert error in found or b"\xff" in text
    assert (attempts, listener.seen) == (1, [])


async def test_data_that_is_not_what_the_type_says_is_dead_at_once(
    database: Database,
    process: MakeProcess,
    bench: Bench,
) -> None:
    listener = Listener()
    text = happened("said", uuid7(), Said(word="a")).text()
    async with running(process(listener.handler)) as working:
        await working.carrier.ready()
        await bench.put(listener.handler, text.replace('"a"', "5").encode())

        async def is_dead() -> bool:
            return len(await bench.dead(listener.handler)) == 1

        await until(is_dead)
    assert await bench.dead(listener.handler) == [
        ("not valid: data: word must be a string", 1),
    ]
    assert await effects(database) == []


async def test_what_a_process_had_that_is_gone_goes_to_another(
    database: Database,
    process: MakeProcess,
) -> None:
    begun = asyncio.Event()

    async def hang(_event: Envelope[Said], _session: AsyncSession) -> None:
        begun.set()
        await asyncio.sleep(60)

    listener = Listener()
    hanging = process(Handler("listen", SAID, hang))
    hanging.work.drain_seconds = 0.05
    async with running(hanging):
        await say(database, "a")
        await begun.wait()
    await asyncio.sleep(0.01)
    async with running(process(listener.handler)):
        await until(lambda: settled(database, 1))
    assert listener.seen == ["a"]
    async with database.read() as session:
        (receipt,) = await session.scalars(select(EventDelivery))
    # It may have died of it.
    assert (receipt.status, receipt.attempts) == ("done", 1)


async def test_an_event_that_kills_its_process_ends_too(
    database: Database,
    process: MakeProcess,
    bench: Bench,
) -> None:
    begun = 0

    async def hang(_event: Envelope[Said], _session: AsyncSession) -> None:
        nonlocal begun
        begun += 1
        await asyncio.sleep(60)

    handler: Handler[Any] = Handler("listen", SAID, hang)
    for number in range(1, 5):
        dying = process(handler)
        dying.work.drain_seconds = 0.05
        async with running(dying):
            if number == 1:
                await say(database, "a")

            async def tried(number: int = number) -> bool:
                return begun == number or bool(await bench.dead(handler))

            await until(tried)
        await asyncio.sleep(0.01)
    assert begun == 3
    assert await bench.dead(handler) == [("the process that had it is gone", 3)]


async def test_the_end_waits_for_what_has_begun(database: Database, process: MakeProcess) -> None:
    begun = asyncio.Event()
    done: list[str] = []

    async def slow(event: Envelope[Said], _session: AsyncSession) -> None:
        begun.set()
        await asyncio.sleep(0.2)
        done.append(event.data.word)

    async with running(process(Handler("listen", SAID, slow))):
        await say(database, *"abc", subject=uuid7())
        await begun.wait()
    assert done == ["a"]
    assert await settled(database, 1)


async def test_what_waits_is_counted(database: Database, process: MakeProcess) -> None:
    listener = Listener()
    idle = process(listener.handler)
    await idle.carrier.ready()
    await say(database, "a", "b")
    async with database.write() as session:
        await session.execute(update(OutboxRow).values(created_at=now_ms()))
    text = (await idle.work.metrics()).decode()
    assert "outbox_pending 2.0" in text
    assert await idle.relay.step() is False
    text = (await idle.work.metrics()).decode()
    assert "outbox_pending 0.0" in text
    assert "outbox_oldest_seconds 0.0" in text
    assert 'queue_depth{queue="listen"} 2.0' in text
    assert 'queue_depth{queue="listen.dlq"} 0.0' in text
    await idle.carrier.close()

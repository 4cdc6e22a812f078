"""What is told of writes: in their transaction, all of them, and nothing else."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.background.events import EventType, NotValidError, happened, read_letter
from app.background.outbox import EventDelivery, OutboxRow, emit, forget_old_events
from app.core.database import Database, now_ms, uuid7
from app.core.json_body import MAX_DEPTH
from app.core.naming import json_name
from app.project import NAME
from app.settings import Settings
from tests.background.common_events import SAID, Said, outbox
from tests.conftest import TEST_DATABASE_URL, empty
from tests.core.machinery.conftest import admin, editor, nobody, user
from tests.core.machinery.desk import Desk, refused
from tests.core.machinery.resources import CARDS, FOLDERS, NOTES, TAGS
from tests.core.machinery.tables import TABLES

__all__ = ["admin", "editor", "nobody", "user"]
pytestmark = pytest.mark.anyio

FOLDER_ID, TAG_IDS = json_name("folder_id"), json_name("tag_ids")


@pytest.fixture
async def database(database: Database) -> Database:
    """Empty tables of the tests, too."""
    await empty(database, TABLES)
    return database


async def told(database: Database) -> list[tuple[str, int]]:
    """The types and versions of the messages."""
    return [(each["type"], each["data"]["version"]) for each in await outbox(database)]


async def test_a_rolled_back_write_tells_nothing(database: Database) -> None:
    async def write_and_fail() -> None:
        async with database.write() as session:
            await emit(session, SAID, uuid7(), Said(word="a"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await write_and_fail()
    assert await outbox(database) == []


async def test_the_envelope(user: Desk, database: Database) -> None:
    made = await user.create(FOLDERS, name="a", data={"b": 1.5})
    (message,) = await outbox(database)
    assert UUID(message.pop("id")).version == 7
    assert message.pop("time").endswith("Z")
    assert message == {
        "specversion": "1.0",
        "source": f"/{NAME}",
        "type": "folder.created",
        "subject": made["id"],
        "datacontenttype": "application/json",
        "dataschema": "/schemas/folder.created/v1.json",
        "data": made,
    }


async def test_each_change_of_a_row_is_told_and_what_changes_nothing_is_not(
    user: Desk,
    admin: Desk,
    database: Database,
) -> None:
    made = await user.create(FOLDERS, name="a")
    await user.change(FOLDERS, made["id"], {})
    await user.change(FOLDERS, made["id"], {"name": "b"})
    with refused(412):
        await user.change(FOLDERS, made["id"], {"name": "c"}, if_match='"1"')
    await user.delete(FOLDERS, made["id"])
    back = await admin.restore(FOLDERS, made["id"])
    assert await told(database) == [
        ("folder.created", 1),
        ("folder.updated", 2),
        # Its last state.
        ("folder.deleted", 2),
        ("folder.updated", 4),
    ]
    assert (await outbox(database))[-1]["data"] == back


async def test_links_are_told_of(user: Desk, database: Database) -> None:
    folder = await user.create(FOLDERS, name="a")
    tag = await user.create(TAGS, name="t")
    note = await user.create(NOTES, text="x", **{FOLDER_ID: folder["id"]})
    for _ in range(2):
        await user.link(NOTES, note["id"], "tag_ids", tag["id"])
    await user.delete(TAGS, tag["id"])
    notes = [each for each in await outbox(database) if each["subject"] == note["id"]]
    assert [(each["type"], each["data"][TAG_IDS]) for each in notes] == [
        ("note.created", []),
        ("note.updated", [tag["id"]]),
        ("note.updated", []),
    ]


async def test_what_goes_with_a_row_or_lets_go_of_it_is_told_of(
    user: Desk,
    database: Database,
) -> None:
    folder = await user.create(FOLDERS, name="a")
    tag = await user.create(TAGS, name="t")
    values: dict[str, Any] = {FOLDER_ID: folder["id"], TAG_IDS: [tag["id"]]}
    note = await user.create(NOTES, text="x", **values)
    card = await user.create(CARDS, **{FOLDER_ID: folder["id"]})
    before = len(await outbox(database))
    await user.delete(FOLDERS, folder["id"])
    after = (await outbox(database))[before:]
    assert {(each["type"], each["subject"]) for each in after} == {
        ("note.deleted", note["id"]),
        ("card.updated", card["id"]),
        ("folder.deleted", folder["id"]),
    }
    data = {each["type"]: each["data"] for each in after}
    # Its last state, links included.
    assert data["note.deleted"] == note
    assert data["card.updated"][FOLDER_ID] is None
    assert data["folder.deleted"]["id"] == folder["id"]


async def test_what_a_body_may_hold_an_event_may_too(user: Desk, database: Database) -> None:
    # MariaDB holds JSON of 32 levels, an audit entry is one of them.
    depth = 24 if TEST_DATABASE_URL.startswith("mysql") else MAX_DEPTH - 2
    data: Any = {}
    for _ in range(depth):
        data = {"a": data}
    await user.create(FOLDERS, name="a", data=data)
    (message,) = await outbox(database)
    kind = EventType("folder.created", FOLDERS.answer)
    assert read_letter(json.dumps(message).encode()).open(kind).data.data == data


async def test_old_messages_and_receipts_go(database: Database, settings: Settings) -> None:
    old, new = now_ms() - timedelta(days=8), now_ms() - timedelta(days=6)
    async with database.write() as session:
        for moment in (old, new, None):
            message = {"type": "said", "subject": uuid7(), "envelope": "{}"}
            session.add(OutboxRow(id=uuid7(), published_at=moment, created_at=old, **message))
            receipt = EventDelivery(handler="listen", event_id=uuid7(), done_at=moment)
            session.add(receipt)
    await forget_old_events(database, settings)
    async with database.read() as session:
        messages = (await session.scalars(select(OutboxRow.published_at))).all()
        receipts = (await session.scalars(select(EventDelivery.done_at))).all()
    for left in (messages, receipts):
        assert sorted(left, key=str) == sorted([new, None], key=str)


async def test_positions_are_never_counted_again(database: Database) -> None:
    async def count() -> int:
        async with database.write() as session:
            await emit(session, SAID, uuid7(), Said(word="a"))
            positions = await session.scalars(select(OutboxRow.position))
            return max(positions)

    first = await count()
    async with database.write() as session:
        row = await session.get(OutboxRow, first)
        await session.delete(row)
    assert await count() > first


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"specversion": "0.3"}, "specversion"),
        ({"source": "/elsewhere"}, "source"),
        ({"dataschema": "/schemas/said/v2.json"}, "dataschema"),
        ({"datacontenttype": "text/plain"}, "datacontenttype"),
        ({"id": "5"}, "UUID"),
        ({"subject": 5}, "string"),
        ({"time": "yesterday"}, "time"),
        ({"more": 1}, "one too many"),
        ({"type": "heard"}, "dataschema"),
    ],
)
def test_an_envelope_is_read_strictly(change: dict[str, Any], reason: str) -> None:
    message = json.loads(happened("said", uuid7(), Said(word="a")).text())
    letter = read_letter(json.dumps(message).encode())
    assert letter.open(SAID).data == Said(word="a")
    with pytest.raises(NotValidError, match=reason):
        read_letter(json.dumps({**message, **change}).encode())
    for key in message:
        less = {name: value for name, value in message.items() if name != key}
        with pytest.raises(NotValidError):
            read_letter(json.dumps(less).encode())

"""What is kept is what the database would answer, whoever writes and whoever asks."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from app.cache import scripts
from app.core.cache import Kept
from app.core.config import CoreSettings
from app.core.database import Database
from app.core.naming import json_name
from app.core.reading import reading
from app.settings import Settings
from tests.cache.conftest import cache_of, outcomes
from tests.core.machinery import tables
from tests.core.machinery.desk import Desk, Json, person, refused
from tests.core.machinery.resources import CARDS, FOLDERS, NOTES, TAGS, Resource
from tests.core.machinery.service import client_of, create_service

pytestmark = pytest.mark.anyio

FOLDER_ID, TAG_IDS = json_name("folder_id"), json_name("tag_ids")
Story = Callable[[Desk, Json], Awaitable[object]]


async def change_unseen(settings: Settings, row_id: str, name: str) -> None:
    """Change a folder as somebody does who knows of no cache."""
    database = Database(CoreSettings(database_url=settings.database_url))
    async with database.write() as session:
        wanted = tables.Folder.id == UUID(row_id)
        await session.execute(update(tables.Folder).where(wanted).values(name=name))
    await database.close()


async def test_a_row_and_a_first_page_are_kept(user: Desk, settings: Settings) -> None:
    made = await user.create(FOLDERS, name="a")
    first = [await user.read(FOLDERS, made["id"]), await user.page(FOLDERS)]
    await change_unseen(settings, made["id"], "b")
    assert [await user.read(FOLDERS, made["id"]), await user.page(FOLDERS)] == first
    assert outcomes(user.database) == {"miss": 2, "hit": 2}


async def test_other_pages_are_read_anew(user: Desk) -> None:
    await user.create(FOLDERS, name="a")
    for query in ("offset=1", "name=a", "expand=tag"):
        for _ in range(2):
            await user.page(FOLDERS, query)
    assert outcomes(user.database) == {}
    sizes = [len((await user.page(FOLDERS, query))["items"]) for query in ("limit=1", "sort=name")]
    assert sizes == [1, 1]
    assert outcomes(user.database) == {"miss": 2}


async def test_false_zero_and_nothing_are_kept(user: Desk) -> None:
    folder = await user.create(FOLDERS, name="a")
    note = await user.create(
        NOTES, text="", stars=0, price=0, done=False, **{FOLDER_ID: folder["id"]}
    )
    empty = await user.page(CARDS)
    for _ in range(2):
        assert await user.read(NOTES, note["id"]) == note
        assert await user.page(CARDS) == empty
    assert outcomes(user.database) == {"miss": 2, "hit": 3}


async def test_every_type_comes_back_as_it_went(user: Desk) -> None:
    folder = await user.create(FOLDERS, name="é\U0001f600", data={"a": [1.5, 1e22, -0.0, 7, None]})
    tag = await user.create(TAGS, name="t")
    note = await user.create(
        NOTES,
        text=' \u2028"\\',
        stars=-5,
        price="10.50",
        done=True,
        day="2026-01-31",
        **{FOLDER_ID: folder["id"], TAG_IDS: [tag["id"]]},
    )
    for _ in range(2):
        assert await user.read(FOLDERS, folder["id"]) == folder
        assert await user.read(NOTES, note["id"]) == note
        assert (await user.page(NOTES))["items"] == [note]
    assert outcomes(user.database) == {"miss": 3, "hit": 3}


async def test_answers_are_the_same_to_the_byte(database: Database, settings: Settings) -> None:
    service = create_service(settings, database, person("admin"))
    async with client_of(service) as http:
        row = (await http.post("/folders", json={"name": "a"})).json()
        for path in (f"/folders/{row['id']}", "/folders", "/folders?limit=1"):
            first, second = [await http.get(path) for _ in range(2)]
            for answer in (first, second):
                del answer.headers["x-request-id"]
            assert (second.content, second.headers) == (first.content, first.headers)
        again = await http.get(f"/folders/{row['id']}", headers={"If-None-Match": '"1"'})
        assert (again.status_code, again.content) == (304, b"")
    assert outcomes(database)["hit"] == 4


# --- access -----------------------------------------------------------------------------------


async def test_access_is_judged_on_a_hit(user: Desk, admin: Desk, nobody: Desk) -> None:
    stranger = Desk(user.database, person("user"))
    made = await user.create(FOLDERS, name="a")
    for _ in range(2):
        assert await user.read(FOLDERS, made["id"]) == made
        assert await admin.read(FOLDERS, made["id"]) == made
        with refused(404):
            await stranger.read(FOLDERS, made["id"])
        with refused(401):
            await nobody.read(FOLDERS, made["id"])
    assert outcomes(user.database)["miss"] == 1


async def test_a_list_of_own_rows_is_kept_for_each_caller(user: Desk, admin: Desk) -> None:
    stranger = Desk(user.database, person("user"))
    made = await user.create(FOLDERS, name="a")
    for _ in range(2):
        for desk, rows in ((user, [made]), (admin, [made]), (stranger, [])):
            assert (await desk.page(FOLDERS))["items"] == rows
    assert outcomes(user.database) == {"miss": 3, "hit": 3}


async def test_private_values_are_not_in_redis(user: Desk) -> None:
    made = await user.create(FOLDERS, name="a", secret="hunter2")
    await user.read(FOLDERS, made["id"])
    cache = cache_of(user.database)
    name = f"return redis.call('KEYS', '{cache.prefix}:cache:*row:{made['id']}')"
    (key,) = await cache.redis.run(name, [], [])
    kept = await cache.redis.run("return redis.call('GET', KEYS[1])", [key], [])
    assert made["id"] in kept
    assert "hunter2" not in kept


# --- writes -----------------------------------------------------------------------------------


async def seen(desk: Desk, resource: Resource, row_id: str) -> list[Any]:
    """A row and the first page as somebody finds them: `None` for a row that is not there."""
    rows = (await desk.page(resource))["items"]
    here = any(row["id"] == row_id for row in rows)
    return [await desk.read(resource, row_id) if here else None, rows]


async def watched(
    reader: Desk,
    resource: Resource,
    row_id: str,
    write: Awaitable[object],
) -> list[Any]:
    """What a reader finds who has seen it before the write, and finds it kept afterwards."""
    for _ in range(2):
        await seen(reader, resource, row_id)
    await write
    found = await seen(reader, resource, row_id)
    assert await seen(reader, resource, row_id) == found
    if found[0] is None:
        with refused(404):
            await reader.read(resource, row_id)
    return found


async def test_each_write_of_another_process_is_seen_at_once(user: Desk, other: Desk) -> None:
    admin = Desk(other.database, person("admin"))
    made = await other.create(FOLDERS, name="a")
    row_id = made["id"]
    found = await watched(user, FOLDERS, row_id, other.create(FOLDERS, name="b"))
    assert len(found[1]) == 2
    found = await watched(user, FOLDERS, row_id, other.change(FOLDERS, row_id, {"name": "c"}))
    assert (found[0]["name"], found[0]["version"]) == ("c", 2)
    assert await watched(user, FOLDERS, row_id, other.delete(FOLDERS, row_id)) == [
        None,
        found[1][1:],
    ]
    found = await watched(user, FOLDERS, row_id, admin.restore(FOLDERS, row_id))
    assert found[0]["version"] == 4
    assert outcomes(user.database)["hit"] > 10


async def test_links_and_what_deletion_does_to_others_are_seen(user: Desk, other: Desk) -> None:
    folder = await other.create(FOLDERS, name="a")
    tags = [await other.create(TAGS, name=name) for name in "xy"]
    note = await other.create(NOTES, text="n", **{FOLDER_ID: folder["id"]})
    card = await other.create(CARDS, **{FOLDER_ID: folder["id"]})
    for tag in tags:
        link = other.link(NOTES, note["id"], "tag_ids", tag["id"])
        found = await watched(user, NOTES, note["id"], link)
        assert tag["id"] in found[0][TAG_IDS]
    unlink = other.unlink(NOTES, note["id"], "tag_ids", tags[0]["id"])
    assert (await watched(user, NOTES, note["id"], unlink))[0][TAG_IDS] == [tags[1]["id"]]
    gone = other.delete(TAGS, tags[1]["id"])
    assert (await watched(user, NOTES, note["id"], gone))[0][TAG_IDS] == []
    await seen(user, CARDS, card["id"])
    gone = other.delete(FOLDERS, folder["id"])
    assert await watched(user, NOTES, note["id"], gone) == [None, []]
    assert (await seen(user, CARDS, card["id"]))[0][FOLDER_ID] is None


async def test_a_write_that_is_taken_back_leaves_what_was_there(user: Desk, other: Desk) -> None:
    made = await user.create(FOLDERS, name="a")
    await seen(user, FOLDERS, made["id"])

    async def fail() -> None:
        async with other.database.write() as session:
            await session.execute(update(tables.Folder).values(name="b"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert (await seen(user, FOLDERS, made["id"]))[0] == made


# --- at the same time -------------------------------------------------------------------------


async def test_what_was_read_before_a_write_is_not_kept_after_it(user: Desk, other: Desk) -> None:
    made = await user.create(FOLDERS, name="a")

    async def load() -> Kept[Any]:
        async with reading(user.call(), FOLDERS, "read") as unit:
            row = await unit.obtain(made["id"])
            old = Kept(await unit.present(row), row.owner_id)
        # The reader is slow, and another process quick.
        await other.change(FOLDERS, made["id"], {"name": "b"})
        return old

    old = await user.database.cache.row(FOLDERS, UUID(made["id"]), load)
    assert old.answer.name == "a"
    for _ in range(2):
        assert (await user.read(FOLDERS, made["id"]))["name"] == "b"


async def test_nothing_is_kept_or_used_while_a_commit_runs(user: Desk, other: Desk) -> None:
    made = await user.create(FOLDERS, name="a")
    await user.read(FOLDERS, made["id"])
    async with other.database.write() as session:
        await session.execute(update(tables.Folder).values(name="b"))
        async with other.database.cache.announce(session):
            assert (await user.read(FOLDERS, made["id"]))["name"] == "a"
            assert outcomes(user.database) == {"miss": 1, "bypass": 1}
    assert (await user.read(FOLDERS, made["id"]))["name"] == "b"


async def test_a_process_that_dies_after_its_commit_leaves_nothing_old(
    user: Desk,
    other: Desk,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = await user.create(FOLDERS, name="a")
    await user.read(FOLDERS, made["id"])
    dying = cache_of(other.database)
    tell = dying._tell

    async def tell_until_death(script: str, *arguments: Any) -> bool:
        return script == scripts.END or await tell(script, *arguments)

    monkeypatch.setattr(dying, "_tell", tell_until_death)
    monkeypatch.setattr(dying, "mark_ms", 300)
    await other.change(FOLDERS, made["id"], {"name": "b"})
    assert (await user.read(FOLDERS, made["id"]))["name"] == "b"
    assert outcomes(user.database) == {"miss": 1, "bypass": 1}
    await asyncio.sleep(0.35)
    for _ in range(2):
        assert (await user.read(FOLDERS, made["id"]))["name"] == "b"
    assert outcomes(user.database) == {"miss": 2, "bypass": 1, "hit": 1}


async def test_a_commit_that_failed_may_have_happened(user: Desk, other: Desk) -> None:
    made = await user.create(FOLDERS, name="a")
    await user.read(FOLDERS, made["id"])

    async def commit() -> None:
        async with other.database.write() as session:
            await session.execute(update(tables.Folder).values(name="b"))
            async with other.database.cache.announce(session):
                raise RuntimeError

    with pytest.raises(RuntimeError):
        await commit()
    await user.read(FOLDERS, made["id"])
    assert outcomes(user.database) == {"miss": 1, "bypass": 1}


async def test_readers_never_go_back_while_others_write(user: Desk, other: Desk) -> None:
    made = await user.create(FOLDERS, name="a")
    row_id, written = made["id"], 1

    async def write() -> None:
        nonlocal written
        for number in range(30):
            written = (await other.change(FOLDERS, row_id, {"name": str(number)}))["version"]

    async def read(desk: Desk) -> None:
        while written < 31:
            known = written
            row, page = await desk.read(FOLDERS, row_id), await desk.page(FOLDERS)
            assert row["version"] >= known
            assert page["items"][0]["version"] >= known

    await asyncio.gather(write(), read(user), read(other), read(user))


async def test_generations_that_redis_has_lost_begin_anew(user: Desk, settings: Settings) -> None:
    made = await user.create(FOLDERS, name="a")
    await user.read(FOLDERS, made["id"])
    await change_unseen(settings, made["id"], "b")
    cache = cache_of(user.database)
    key = f"{cache.prefix}:cache:generations"
    await cache.redis.run("return redis.call('DEL', KEYS[1])", [key], [])
    assert (await user.read(FOLDERS, made["id"]))["name"] == "b"


async def test_a_process_begins_with_an_empty_cache(user: Desk, settings: Settings) -> None:
    made = await user.create(FOLDERS, name="a")
    await user.read(FOLDERS, made["id"])
    await change_unseen(settings, made["id"], "b")
    started = Desk(Database(settings), user.caller)
    assert (await started.read(FOLDERS, made["id"]))["name"] == "b"
    await started.database.close()

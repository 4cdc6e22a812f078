"""Writing rows: what is refused, what a version means, links and unique values."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.core.naming import json_name
from app.core.writing import writing
from tests.core.machinery import tables
from tests.core.machinery.desk import UNKNOWN, Desk, Json, refused
from tests.core.machinery.resources import CARDS, FOLDERS, NOTES, TAGS

pytestmark = pytest.mark.anyio

FOLDER_ID, TAG_IDS = json_name("folder_id"), json_name("tag_ids")


@pytest.fixture
async def folder(user: Desk) -> Json:
    return await user.create(FOLDERS, name="a", data={"b": {"c": 1}, "d": 2})


@pytest.fixture
async def note(user: Desk, folder: Json) -> Json:
    return await user.create(NOTES, text="x", **{FOLDER_ID: folder["id"]})


async def test_all_faults_come_at_once(user: Desk, folder: Json) -> None:
    tag = await user.create(TAGS, name="t")
    links = ["x", tag["id"], UNKNOWN, tag["id"]]
    values = {"text": 5, "id": 1, "y": 1, FOLDER_ID: UNKNOWN, TAG_IDS: links}
    faults = {
        "q": "unknown",
        "text": "type",
        "id": "readOnly",
        "y": "unknown",
        FOLDER_ID: "reference",
        f"{TAG_IDS}[0]": "format",
        f"{TAG_IDS}[2]": "reference",
        f"{TAG_IDS}[3]": "unique",
    }
    with refused(400, faults):
        await user.create(NOTES, "q=1", **values)
    with refused(400, {FOLDER_ID: "format", TAG_IDS: "type", "text": "required"}):
        await user.create(NOTES, **{FOLDER_ID: "x", TAG_IDS: "x"})
    with refused(400, {TAG_IDS: "max"}):
        await user.create(NOTES, text="x", **{FOLDER_ID: folder["id"], TAG_IDS: [tag["id"]] * 1001})
    assert (await user.page(NOTES))["items"] == []


async def test_a_reference_to_what_one_may_not_read(nobody: Desk, folder: Json) -> None:
    with refused(400, {FOLDER_ID: "reference"}):
        await nobody.create(NOTES, text="x", **{FOLDER_ID: folder["id"]})


async def test_a_reference_to_what_is_deleted(user: Desk, admin: Desk, folder: Json) -> None:
    await user.delete(FOLDERS, folder["id"])
    for desk in (user, admin):
        with refused(400, {FOLDER_ID: "reference"}):
            await desk.create(NOTES, text="x", **{FOLDER_ID: folder["id"]})
        with refused(404):
            await desk.page_of(NOTES, "folder_id", folder["id"])


async def test_changes(user: Desk, folder: Json) -> None:
    assert await user.change(FOLDERS, folder["id"], {}) == folder
    patch = {"name": "é", "data": {"b": {"c": None, "e": 3}}}
    changed = await user.change(FOLDERS, folder["id"], patch)
    assert (changed["name"], changed["data"]) == ("é", {"b": {"e": 3}, "d": 2})
    assert (changed["version"], changed[json_name("created_at")]) == (
        2,
        folder[json_name("created_at")],
    )
    assert (await user.change(FOLDERS, folder["id"], {"data": None}))["data"] is None
    assert (await user.change(FOLDERS, folder["id"], {"data": {"f": None}}))["data"] == {}


async def test_who_may_write(user: Desk, admin: Desk, editor: Desk, nobody: Desk) -> None:
    made = await user.create(FOLDERS, name="a")
    with refused(403):
        await editor.change(FOLDERS, made["id"], {"name": ""})
    with refused(401):
        await nobody.change(FOLDERS, "x", {})
    with refused(401):
        await nobody.create(FOLDERS)
    with refused(404):
        await admin.change(FOLDERS, UNKNOWN, {"name": ""})
    assert (await admin.change(FOLDERS, made["id"], {"name": "b"}))["name"] == "b"


@pytest.mark.parametrize(
    ("tag", "fits"),
    [('"1"', True), ('"7" , "1"', True), ("*", True), ('"2"', False), ("1", False), ("", False)],
)
async def test_if_match(user: Desk, folder: Json, tag: str, fits: bool) -> None:
    if fits:
        changed = await user.change(FOLDERS, folder["id"], {"name": "b"}, if_match=tag)
        assert changed["version"] == 2
        return
    with refused(412):
        await user.change(FOLDERS, folder["id"], {"name": ""}, if_match=tag)
    assert await user.read(FOLDERS, folder["id"]) == folder


async def test_a_write_in_between_is_not_lost(user: Desk, folder: Json) -> None:
    with refused(412):
        async with writing(user.call(), FOLDERS, "update") as unit:
            row = await unit.find(folder["id"], "update")
            statement = update(tables.Folder).values(version=5)
            await unit.session.execute(statement, execution_options={"synchronize_session": False})
            await unit.update(row, {"name": "b"})
    assert await user.read(FOLDERS, folder["id"]) == folder


async def test_what_only_the_database_notices(user: Desk, folder: Json) -> None:
    async def insert(values: dict[str, Any]) -> None:
        async with writing(user.call(), NOTES, "create") as unit:
            await unit.insert({"text": "x", "done": False, **values})

    with refused(409):
        await insert({"folder_id": UUID(UNKNOWN)})
    # What no request can cause is no answer for a client, but a failure.
    with pytest.raises(IntegrityError):
        await insert({"folder_id": UUID(folder["id"]), "text": None})


async def test_unique_values(user: Desk, admin: Desk, folder: Json) -> None:
    with refused(409, {"name": "unique"}):
        await user.create(FOLDERS, name="a")
    other = await user.create(FOLDERS, name="b")
    with refused(409, {"name": "unique"}):
        await user.change(FOLDERS, other["id"], {"name": "a"})
    assert await user.read(FOLDERS, other["id"]) == other
    # Only rows that are not deleted count.
    await user.delete(FOLDERS, folder["id"])
    assert (await user.change(FOLDERS, other["id"], {"name": "a"}))["name"] == "a"
    with refused(409, {"name": "unique"}):
        await admin.restore(FOLDERS, folder["id"])


async def test_one_to_one(user: Desk, folder: Json) -> None:
    free = [await user.create(CARDS, number=number) for number in (1, None, None)]
    card = await user.change(CARDS, free[0]["id"], {FOLDER_ID: folder["id"]})
    assert card[FOLDER_ID] == folder["id"]
    with refused(409, {FOLDER_ID: "unique"}):
        await user.change(CARDS, free[1]["id"], {FOLDER_ID: folder["id"]})
    # Every value that is taken is named, but none that is the row's own.
    taken = {"number": 1, FOLDER_ID: folder["id"]}
    with refused(409, dict.fromkeys(taken, "unique")):
        await user.create(CARDS, **taken)
    other = await user.change(CARDS, free[2]["id"], {"number": 2})
    with refused(409, {FOLDER_ID: "unique"}):
        await user.change(CARDS, other["id"], {FOLDER_ID: folder["id"]})


async def test_links_are_replaced(user: Desk, admin: Desk, note: Json) -> None:
    one, two, three = [(await user.create(TAGS, name=name))["id"] for name in "123"]
    for ids in ([one, two], [three, two], []):
        changed = await user.change(NOTES, note["id"], {TAG_IDS: ids})
        assert changed[TAG_IDS] == sorted(ids)
    assert changed["version"] == 4
    entries = await admin.audit(NOTES, note["id"])
    assert [(entry["before"], entry["after"]) for entry in entries[1:]] == [
        ({TAG_IDS: []}, {TAG_IDS: [one, two]}),
        ({TAG_IDS: [one, two]}, {TAG_IDS: [two, three]}),
        ({TAG_IDS: [two, three]}, {TAG_IDS: []}),
    ]


async def test_links_one_by_one(user: Desk, note: Json) -> None:
    one, two = [(await user.create(TAGS, name=name))["id"] for name in "12"]
    for change, tag, ids, version in (
        (user.link, two, [two], 2),
        (user.link, one, [one, two], 3),
        (user.link, one, [one, two], 3),
        (user.unlink, one, [two], 4),
        (user.unlink, one, [two], 4),
    ):
        await change(NOTES, note["id"], "tag_ids", tag)
        found = await user.read(NOTES, note["id"])
        assert (found[TAG_IDS], found["version"]) == (ids, version)
    with refused(404):
        await user.link(NOTES, note["id"], "tag_ids", UNKNOWN)
    with refused(404):
        await user.link(NOTES, UNKNOWN, "tag_ids", one)
    with refused(400, {json_name("tag_id"): "format"}):
        await user.link(NOTES, UNKNOWN, "tag_ids", "x")
    with refused(400, {"id": "format"}):
        await user.unlink(NOTES, "x", "tag_ids", "x")


async def test_restore(admin: Desk, user: Desk, nobody: Desk, folder: Json) -> None:
    with refused(409):
        await admin.restore(FOLDERS, folder["id"])
    await user.delete(FOLDERS, folder["id"])
    for desk, status in ((user, 403), (nobody, 401)):
        with refused(status):
            await desk.restore(FOLDERS, folder["id"])
    back = await admin.restore(FOLDERS, folder["id"])
    assert back["version"] == 3
    assert await user.read(FOLDERS, folder["id"]) == back
    with refused(404):
        await admin.restore(FOLDERS, UNKNOWN)

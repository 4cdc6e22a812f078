"""Deleting rows: what happens to those that refer or link to them."""

import pytest

from app.core.naming import json_name
from tests.core.machinery.desk import UNKNOWN, Desk, Json, refused
from tests.core.machinery.resources import CARDS, FOLDERS, NOTES, PINS, SLIPS, TAGS

pytestmark = pytest.mark.anyio

FOLDER_ID, PARENT_ID, TAG_ID, TAG_IDS = map(
    json_name, ("folder_id", "parent_id", "tag_id", "tag_ids")
)
DELETED = f"{json_name('include_deleted')}=true"


@pytest.fixture
async def folder(user: Desk) -> Json:
    return await user.create(FOLDERS, name="a")


@pytest.fixture
async def tag(user: Desk) -> Json:
    return await user.create(TAGS, name="t")


async def actions(admin: Desk, *rows: tuple[object, Json]) -> list[str]:
    """The last thing that was done to each row."""
    return [(await admin.audit(resource, row["id"]))[-1]["action"] for resource, row in rows]  # type: ignore[arg-type]


async def test_for_good(user: Desk, tag: Json) -> None:
    await user.delete(TAGS, tag["id"])
    with refused(404):
        await user.delete(TAGS, tag["id"])
    with refused(404):
        await user.delete(TAGS, UNKNOWN)
    assert (await user.page(TAGS))["items"] == []


async def test_a_faulty_request_deletes_nothing(user: Desk, editor: Desk, folder: Json) -> None:
    with refused(400, {"x": "unknown"}):
        await user.delete(FOLDERS, folder["id"], "x=1")
    with refused(403):
        await editor.delete(FOLDERS, folder["id"])
    assert await user.read(FOLDERS, folder["id"]) == folder


async def test_restrict_cascade_and_set_null(admin: Desk, user: Desk, folder: Json) -> None:
    here = {FOLDER_ID: folder["id"]}
    note = await user.create(NOTES, text="x", **here)
    card = await user.create(CARDS, **here)
    pin = await user.create(PINS, **here)
    with refused(409):
        await user.delete(FOLDERS, folder["id"])
    for resource, row in ((FOLDERS, folder), (NOTES, note), (CARDS, card)):
        assert await user.read(resource, row["id"]) == row
    await user.delete(PINS, pin["id"])
    await user.delete(FOLDERS, folder["id"])
    with refused(404):
        await user.read(NOTES, note["id"])
    left = await user.read(CARDS, card["id"])
    assert (left[FOLDER_ID], left["version"]) == (None, 2)
    found = await actions(admin, (FOLDERS, folder), (NOTES, note), (CARDS, card))
    assert found == ["delete", "delete", "update"]
    # What was softly deleted comes back alone.
    await admin.restore(FOLDERS, folder["id"])
    assert (await user.page_of(NOTES, "folder_id", folder["id"]))["items"] == []


async def test_a_deletion_goes_once_around_a_circle(admin: Desk, user: Desk, folder: Json) -> None:
    inner = await user.create(FOLDERS, name="b", **{PARENT_ID: folder["id"]})
    await user.change(FOLDERS, folder["id"], {PARENT_ID: inner["id"]})
    await user.delete(FOLDERS, folder["id"])
    rows = (await admin.page(FOLDERS, DELETED))["items"]
    assert [json_name("deleted_at") in row for row in rows] == [True, True]
    assert [row["version"] for row in rows] == [3, 2]
    assert await actions(admin, (FOLDERS, folder), (FOLDERS, inner)) == ["delete", "delete"]


async def test_kept_rows_refer_to_nothing_that_is_gone(admin: Desk, user: Desk, tag: Json) -> None:
    folders = [await user.create(FOLDERS, name=name, **{TAG_ID: tag["id"]}) for name in "ab"]
    slips = [await user.create(SLIPS, **{TAG_ID: tag["id"]}) for _ in range(2)]
    await user.delete(FOLDERS, folders[0]["id"])
    await user.delete(SLIPS, slips[0]["id"])
    await user.delete(TAGS, tag["id"])
    kept = (await admin.page(FOLDERS, DELETED))["items"]
    assert [row["id"] for row in kept] == [row["id"] for row in folders]
    assert [row[TAG_ID] for row in kept] == [None, None]
    assert (await user.page(FOLDERS))["items"] == []
    # A slip cannot be without a tag, not even when it is kept.
    assert (await admin.page(SLIPS, DELETED))["items"] == []


async def test_links_to_a_deleted_row_go(admin: Desk, user: Desk, folder: Json, tag: Json) -> None:
    other = await user.create(TAGS, name="u")
    ids = [tag["id"], other["id"]]
    note = await user.create(NOTES, text="x", **{FOLDER_ID: folder["id"], TAG_IDS: ids})
    await user.delete(TAGS, tag["id"])
    left = await user.read(NOTES, note["id"])
    assert (left[TAG_IDS], left["version"]) == ([other["id"]], 2)
    await user.delete(NOTES, note["id"])
    entries = [(each["before"], each["after"]) for each in await admin.audit(NOTES, note["id"])]
    assert entries[1] == ({TAG_IDS: ids}, {TAG_IDS: [other["id"]]})
    assert entries[2][0][TAG_IDS] == [other["id"]]
    assert (await user.page(TAGS))["items"] == [other]

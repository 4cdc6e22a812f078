"""Reading rows: who sees them, what stands beside them, and what was written to them."""

import pytest

from app.core.naming import json_name
from tests.core.machinery.desk import UNKNOWN, Desk, person, refused
from tests.core.machinery.resources import CARDS, FOLDERS, NOTES, TAGS

pytestmark = pytest.mark.anyio

FOLDER_ID = json_name("folder_id")
DELETED = f"{json_name('include_deleted')}=true"


async def test_a_row_is_read_as_it_was_made(user: Desk) -> None:
    made = await user.create(FOLDERS, name="a", data={"b": [1.5]})
    assert await user.read(FOLDERS, made["id"]) == made
    assert await user.read(FOLDERS, made["id"].upper()) == made
    assert (made["version"], made["data"]) == (1, {"b": [1.5]})
    assert made[json_name("owner_id")] == str(user.caller.user_id)
    assert made[json_name("created_at")] == made[json_name("updated_at")]


async def test_ids_that_lead_nowhere(user: Desk) -> None:
    with refused(404):
        await user.read(FOLDERS, UNKNOWN)
    with refused(400, {"id": "format"}):
        await user.read(FOLDERS, "x")
    with refused(404):
        await user.page_of(NOTES, "folder_id", UNKNOWN)
    with refused(404):
        await user.page_linked(TAGS, NOTES, "tag_ids", UNKNOWN)


async def test_who_sees_a_row(admin: Desk, user: Desk, editor: Desk, nobody: Desk) -> None:
    stranger = Desk(user.database, person("user"))
    made = await user.create(FOLDERS, name="a")
    for desk in (user, editor, admin):
        assert await desk.read(FOLDERS, made["id"]) == made
        assert (await desk.page(FOLDERS))["items"] == [made]
    with refused(404):
        await stranger.read(FOLDERS, made["id"])
    assert (await stranger.page(FOLDERS))["total"] == 0
    for attempt in (nobody.read(FOLDERS, made["id"]), nobody.page(FOLDERS)):
        with refused(401):
            await attempt


async def test_rows_that_refer_to_a_row(user: Desk, nobody: Desk) -> None:
    one, two = [await user.create(FOLDERS, name=name) for name in "ab"]
    notes = [await user.create(NOTES, text=text, **{FOLDER_ID: one["id"]}) for text in "xy"]
    card = await user.create(CARDS, **{FOLDER_ID: one["id"]})
    assert (await user.page_of(NOTES, "folder_id", one["id"]))["items"] == notes
    assert (await user.page_of(NOTES, "folder_id", two["id"]))["items"] == []
    assert await user.read_of(CARDS, "folder_id", one["id"]) == card
    with refused(404):
        await user.read_of(CARDS, "folder_id", two["id"])
    # Anybody may read notes and cards, but not learn what lies in a folder that he may not read.
    with refused(404):
        await nobody.page_of(NOTES, "folder_id", one["id"])
    with refused(404):
        await nobody.read_of(CARDS, "folder_id", one["id"])


async def test_rows_that_are_linked(user: Desk) -> None:
    folder = await user.create(FOLDERS, name="a")
    one, two, _ = [await user.create(TAGS, name=name) for name in "123"]
    values = {FOLDER_ID: folder["id"], json_name("tag_ids"): [two["id"], one["id"]]}
    note = await user.create(NOTES, text="x", **values)
    other = await user.create(NOTES, text="y", **{FOLDER_ID: folder["id"]})
    assert note[json_name("tag_ids")] == [one["id"], two["id"]]
    assert (await user.page_linked(TAGS, NOTES, "tag_ids", note["id"]))["items"] == [one, two]
    assert (await user.page_linked(TAGS, NOTES, "tag_ids", other["id"]))["items"] == []
    assert (await user.page_of(NOTES, "tag_ids", one["id"]))["items"] == [note]


async def test_expand(admin: Desk, user: Desk, nobody: Desk) -> None:
    tag = await admin.create(TAGS, name="t")
    parent = await user.create(FOLDERS, name="a")
    references = {json_name("parent_id"): parent["id"], json_name("tag_id"): tag["id"]}
    child = await user.create(FOLDERS, name="b", **references)
    found = await user.read(FOLDERS, child["id"], "expand=parent,tag")
    assert found == {**child, "parent": parent, "tag": tag}
    rows = (await user.page(FOLDERS, "expand=parent"))["items"]
    assert [row["parent"] for row in rows] == [None, parent]
    with refused(400, {"expand": "enum"}):
        await user.read(FOLDERS, child["id"], "expand=owner")
    note = await user.create(NOTES, text="x", **{FOLDER_ID: child["id"]})
    assert (await user.read(NOTES, note["id"], "expand=folder"))["folder"] == child
    hidden = await nobody.read(NOTES, note["id"], "expand=folder")
    assert hidden == {**note, "folder": None}
    with refused(400, {"expand": "unknown"}):
        await nobody.read(TAGS, tag["id"], "expand=x")


async def test_deleted_rows_are_for_admins(admin: Desk, user: Desk, nobody: Desk) -> None:
    kept = await user.create(FOLDERS, name="a")
    gone = await user.create(FOLDERS, name="b")
    await user.delete(FOLDERS, gone["id"])
    for desk in (user, admin):
        with refused(404):
            await desk.read(FOLDERS, gone["id"])
        assert (await desk.page(FOLDERS))["items"] == [kept]
    with refused(403):
        await user.page(FOLDERS, DELETED)
    with refused(401):
        await nobody.page(FOLDERS, DELETED)
    found = await admin.read(FOLDERS, gone["id"], DELETED)
    assert found["version"] == 2
    assert found[json_name("deleted_at")] == found[json_name("updated_at")]
    assert await admin.read(FOLDERS, kept["id"], DELETED) == kept
    assert (await admin.page(FOLDERS, DELETED))["items"] == [kept, found]
    # Where nothing is kept, there is nothing to ask for.
    with refused(400, {json_name("include_deleted"): "unknown"}):
        await admin.page(NOTES, DELETED)


async def test_audit(admin: Desk, user: Desk, nobody: Desk) -> None:
    made = await user.create(FOLDERS, name="a", secret="s", data={"b": 1})
    await user.change(FOLDERS, made["id"], {"name": "a", "secret": "t"})
    await admin.change(FOLDERS, made["id"], {"name": "c"})
    await user.delete(FOLDERS, made["id"])
    await admin.restore(FOLDERS, made["id"])
    entries = await admin.audit(FOLDERS, made["id"])
    actions = ["create", "update", "update", "delete", "restore"]
    assert [entry["action"] for entry in entries] == actions
    actors = [entry[json_name("actor_id")] for entry in entries]
    mine, theirs = str(user.caller.user_id), str(admin.caller.user_id)
    assert actors == [mine, mine, theirs, mine, theirs]
    first, second, third, fourth, last = [(entry["before"], entry["after"]) for entry in entries]
    assert first == (None, {"name": "a", "secret": "***", "data": {"b": 1}})
    assert second == ({"secret": "***"}, {"secret": "***"})
    assert third == ({"name": "a"}, {"name": "c"})
    assert fourth == ({"name": "c", "secret": "***", "data": {"b": 1}}, None)
    deleted_at = json_name("deleted_at")
    assert last[0][deleted_at].endswith("Z")
    assert last[1] == {deleted_at: None}
    for desk, status in ((user, 403), (nobody, 401)):
        with refused(status):
            await desk.audit(FOLDERS, made["id"])
    with refused(404):
        await admin.audit(FOLDERS, UNKNOWN)

"""`make explain`: which lists want an index."""

import pytest

from app.core.database import Database
from app.core.naming import json_name
from app.explain import explain, report
from tests.core.machinery.desk import Desk, Json
from tests.core.machinery.resources import FOLDERS, NOTES, TAGS

pytestmark = pytest.mark.anyio


async def test_it_names_the_index_that_a_list_wants(admin: Desk, database: Database) -> None:
    tag = await admin.create(TAGS, name="c")
    folder = await admin.create(FOLDERS, name="a")
    note: Json = {"text": "b", "done": True, "stars": 1, "price": "1.00", "day": "2026-01-01"}
    note |= {json_name("folder_id"): folder["id"], json_name("tag_ids"): [tag["id"]]}
    await admin.create(NOTES, **note)
    findings = await explain(database, [NOTES])
    table = NOTES.model.__tablename__
    wanted = {each.question.shown: each.advice for each in findings if each.advice}
    assert wanted == {
        **{
            f"GET /notes?{name}=…": f"reads every row; wants CREATE INDEX ix_{table}_{name} ON {table} ({name})"
            for name in ("text", "stars", "price", "done", "day")
        },
        **{
            f"GET /notes?sort={name}": f"sorts every row; wants CREATE INDEX ix_{table}_{name} ON {table} ({name}, id)"
            for name in ("text", "stars", "price", "done", "day")
        },
        "GET /notes?q=…": "reads every row: no ordinary index helps a search inside texts",
    }
    others = {each.question.shown for each in findings} - set(wanted)
    folder_filter = f"GET /notes?{json_name('folder_id')}=…"
    assert others == {
        "GET /notes",
        folder_filter,
        "GET /…/{id}/notes by folder_id",
        "GET /…/{id}/notes by tag_ids",
    }
    assert all(each.plans for each in findings)
    assert list(report(findings))[-1] == f"{len(findings)} lists explained, 11 marked with !"

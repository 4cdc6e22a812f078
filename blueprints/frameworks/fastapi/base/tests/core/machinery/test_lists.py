"""Lists: what a query string means, and pages of both kinds."""

import base64
import json
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest

from app.core.errors import ApiError, validation_error
from app.core.listing import Query
from app.core.naming import json_name
from tests.core.machinery.desk import Desk, Json, refused
from tests.core.machinery.resources import FOLDERS, NOTES

anyio = pytest.mark.anyio

FOLDER_ID = json_name("folder_id")
IS_NULL = json_name("is_null")
NEXT = json_name("next_cursor")
# Text, stars, price, done and day of the notes 0 to 5; code points order texts, nulls come first.
NOTES_MADE: list[tuple[Any, ...]] = [
    ("apple", 3, "10.00", True, "2026-01-02"),
    ("Apple", None, "9.50", False, None),
    ("100%", 3, None, False, "2025-12-31"),
    ("pear_", -1, "10.00", True, None),
    ("zoé", None, "-0.01", False, "2026-01-02"),
    ("Ä", 7, "9.50", True, "2026-01-01"),
]
KEYS = ("text", "stars", "price", "done", "day")


@pytest.fixture
async def notes(user: Desk) -> list[Json]:
    folder = await user.create(FOLDERS, name="f")
    return [
        await user.create(
            NOTES, **dict(zip(KEYS, values, strict=True)), **{FOLDER_ID: folder["id"]}
        )
        for values in NOTES_MADE
    ]


def place(key: str, values: tuple[Any, ...]) -> tuple[bool, Any]:
    """Where a note stands among the others, sorted by this key."""
    value = values[KEYS.index(key)]
    if value is None:
        return False, 0
    return True, Decimal(value) if key == "price" else value


def faults_of(query: str) -> dict[str, str]:
    """The rules that the parameters of a list of notes break."""
    parameters = Query(query.encode())
    NOTES.listing.read(parameters)
    return {each.field: each.rule for each in validation_error(parameters.finish()).details}


def numbers(page: Json, notes: list[Json]) -> list[int]:
    """Which of the notes a page holds."""
    return [notes.index(row) for row in page["items"]]


FILTERS = [
    ("", [0, 1, 2, 3, 4, 5]),
    ("text=apple", [0]),
    ("text.in=apple,pear_,x", [0, 3]),
    ("stars=3", [0, 2]),
    ("stars.gt=3", [5]),
    ("stars.gte=3", [0, 2, 5]),
    ("stars.lt=3", [3]),
    ("stars.lte=3&stars.gt=-1", [0, 2]),
    (f"stars.{IS_NULL}=true", [1, 4]),
    (f"stars.{IS_NULL}=false&done=true", [0, 3, 5]),
    ("price=10", [0, 3]),
    ("price.lt=9.5", [4]),
    ("price.in=-0.01,9.50", [1, 4, 5]),
    ("day.gte=2026-01-01", [0, 4, 5]),
    ("done=false", [1, 2, 4]),
    # The search folds ASCII letters, and no character in it means anything else.
    ("q=APPLE", [0, 1]),
    ("q=%25", [2]),
    ("q=_", [3]),
    ("q=z%6F%C3%A9", [4]),
    ("q=%C3%A4", []),
]


@anyio
async def test_filters(nobody: Desk, notes: list[Json]) -> None:
    for query, found in FILTERS:
        assert numbers(await nobody.page(NOTES, query), notes) == found, query


SORTS = [
    "",
    *KEYS,
    *(f"-{key}" for key in KEYS),
    "-stars,price",
    "done,-day,-text",
    "-price,-stars",
]


@anyio
@pytest.mark.parametrize("limit", [1, 4, 6])
async def test_pages_by_cursor(nobody: Desk, notes: list[Json], limit: int) -> None:
    for sort in SORTS:
        expected = list(range(len(notes)))
        # From the last key to the first: each sort keeps the order of the one before among equals.
        for key in reversed([each for each in sort.split(",") if each]):
            places = [place(key.removeprefix("-"), values) for values in NOTES_MADE]
            expected.sort(key=places.__getitem__, reverse=key.startswith("-"))
        found: list[int] = []
        query = f"limit={limit}&sort={sort}" if sort else f"limit={limit}"
        page = await nobody.page(NOTES, query)
        while page[NEXT] is not None:
            assert len(page["items"]) == limit, sort
            found += numbers(page, notes)
            page = await nobody.page(NOTES, f"{query}&cursor={page[NEXT]}")
        assert found + numbers(page, notes) == expected, sort


@anyio
async def test_a_cursor_belongs_to_its_sort(nobody: Desk, notes: list[Json]) -> None:
    cursor = (await nobody.page(NOTES, "limit=1&sort=text"))[NEXT]
    assert numbers(await nobody.page(NOTES, f"sort=text&cursor={cursor}"), notes)[0] == 1
    with refused(400, {"cursor": "format"}):
        await nobody.page(NOTES, f"sort=-text&cursor={cursor}")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "x",
        "[]",
        '["",[]]',
        '["",[null]]',
        '["",[5]]',
        '["",["x"]]',
        '["",["a\\u0000"]]',
        '["",["\\ud800"]]',
        '["",["01940000-0000-7000-8000-000000000000","x"]]',
        "[" * 5000,
    ],
)
def test_cursors_that_nobody_gave_out(content: str) -> None:
    cursor = base64.urlsafe_b64encode(content.encode()).decode().rstrip("=")
    assert faults_of(f"cursor={cursor}") == {"cursor": "format"}


@anyio
async def test_a_cursor_of_this_form_is_taken(nobody: Desk, notes: list[Json]) -> None:
    content = json.dumps(["", [notes[3]["id"]]]).encode()
    cursor = base64.urlsafe_b64encode(content).decode()
    assert numbers(await nobody.page(NOTES, f"cursor={quote(cursor)}"), notes) == [4, 5]


@anyio
async def test_pages_by_offset(user: Desk, admin: Desk) -> None:
    made = [await user.create(FOLDERS, name=name) for name in "bca"]
    for query, names, frame in (
        ("", "bca", (3, 20, 0)),
        ("sort=name", "abc", (3, 20, 0)),
        ("sort=-name&limit=2", "cb", (3, 2, 0)),
        ("limit=2&offset=2", "a", (3, 2, 2)),
        ("offset=9007199254740991", "", (3, 20, 2**53 - 1)),
        ("name=b", "b", (1, 20, 0)),
    ):
        page = await user.page(FOLDERS, query)
        assert "".join(row["name"] for row in page["items"]) == names
        assert (page["total"], page["limit"], page["offset"]) == frame
    assert (await admin.page(FOLDERS, f"{json_name('parent_id')}={made[0]['id']}"))["total"] == 0


@pytest.mark.parametrize(
    ("query", "faults"),
    [
        ("cursor=*", {"cursor": "format"}),
        ("limit=0", {"limit": "min"}),
        ("limit=101", {"limit": "max"}),
        (f"limit={'9' * 5000}", {"limit": "max"}),
        ("limit=+1", {"limit": "type"}),
        ("limit=%D9%A1", {"limit": "type"}),
        ("limit=1&limit=1", {"limit": "repeated"}),
        ("offset=1", {"offset": "unknown"}),
        ("sort=x", {"sort": "enum"}),
        ("sort=text,", {"sort": "enum"}),
        ("sort=--text", {"sort": "enum"}),
        ("q=", {"q": "min"}),
        (f"q={'x' * 1001}", {"q": "max"}),
        ("q=%00", {"q": "format"}),
        ("q=%FF", {"q": "format"}),
        ("stars=x&done=1", {"stars": "type", "done": "type"}),
        ("stars.in=", {"stars.in": "type"}),
        (f"stars.in={','.join('1' * 101)}", {"stars.in": "max"}),
        ("text.gt=a", {"text.gt": "unknown"}),
        ("day=2026-1-1&stars.lt=2147483648", {"day": "format", "stars.lt": "max"}),
        (f"done.{IS_NULL}=true", {f"done.{IS_NULL}": "unknown"}),
        (f"stars.{IS_NULL}=1", {f"stars.{IS_NULL}": "type"}),
        ("%FF=1", {"": "unknown"}),
    ],
)
def test_faulty_queries(query: str, faults: dict[str, str]) -> None:
    assert faults_of(query) == faults


def test_a_query_by_itself() -> None:
    query = Query(b"&a=1+2&&b=c%3Dd=e&flag=true&names=x,y&f")
    assert query.take("a", str, "") == "1 2"
    assert query.take("a", str, "taken") == "taken"
    assert query.take("b", str, "") == "c=d=e"
    assert (query.flag("flag"), query.flag("other")) == (True, False)
    assert query.names("names", ["y", "x"]) == ["x", "y"]
    with pytest.raises(ApiError) as caught:
        query.require_valid()
    assert [(each.field, each.rule) for each in caught.value.details] == [("f", "unknown")]

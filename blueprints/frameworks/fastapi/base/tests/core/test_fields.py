"""What each field type accepts, refuses and answers."""

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import pytest
from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from app.core import fields
from app.core.fields import FieldType

ID = "0194f0a1-0000-7000-8000-00000000abcd"
INTEGER = fields.Integer()
LONG = fields.Long()
FLOAT = fields.Float()
MONEY = fields.DecimalNumber(precision=5, scale=2)
WHOLE = fields.DecimalNumber(precision=3, scale=0)
SMALL = fields.DecimalNumber(precision=2, scale=2)
DAY = fields.Date()
MOMENT = fields.DateTime()
MAIL = fields.Email()
ADDRESS = fields.Url()
JSON = fields.JsonObject()
CODE = fields.String(min=2, max=4, pattern=r"^\w+$")


class Colour(StrEnum):
    """Some values."""

    RED = "red"
    BLUE = "blue"


COLOUR = fields.Choice(values=Colour)


def rule_of(function: Any, value: Any) -> str:
    """The rule that a value breaks."""
    with pytest.raises(PydanticCustomError) as caught:
        function(value)
    return caught.value.type


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        (CODE, "ab", "ab"),
        (CODE, "abcd", "abcd"),
        (fields.String(max=2), "😀😀", "😀😀"),
        (fields.String(max=6), " a\t b ", " a\t b "),
        (fields.Text(), "x" * 10_000, "x" * 10_000),
        (INTEGER, 2**31 - 1, 2**31 - 1),
        (INTEGER, -(2**31), -(2**31)),
        (INTEGER, Decimal("5.0"), 5),
        (INTEGER, Decimal("5e2"), 500),
        (INTEGER, Decimal("0e-400"), 0),
        (LONG, 2**53 - 1, 2**53 - 1),
        (LONG, -(2**53) + 1, -(2**53) + 1),
        (fields.Integer(min=1, max=3), 1, 1),
        (fields.Integer(above=1, below=3), 2, 2),
        (FLOAT, 1, 1.0),
        (FLOAT, Decimal("1e308"), 1e308),
        (FLOAT, Decimal("1e-400"), 0.0),
        (MONEY, "999.99", Decimal("999.99")),
        (MONEY, Decimal("1e2"), Decimal("100.00")),
        (MONEY, "1.50000", Decimal("1.50")),
        (MONEY, "-0", Decimal("0.00")),
        (MONEY, 7, Decimal("7.00")),
        (WHOLE, "999.0", Decimal("999")),
        (SMALL, "-0.99", Decimal("-0.99")),
        (fields.Boolean(), False, False),
        (DAY, "2024-02-29", date(2024, 2, 29)),
        (fields.Date(min="2026-01-01", max="2026-12-31"), "2026-12-31", date(2026, 12, 31)),
        (MOMENT, "2026-01-01t01:30:00.98765+01:30", datetime(2026, 1, 1, 0, 0, 0, 987000, UTC)),
        (MOMENT, "2025-12-31T23:30:00-00:30", datetime(2026, 1, 1, tzinfo=UTC)),
        (MOMENT, "2026-01-01T00:00:00z", datetime(2026, 1, 1, tzinfo=UTC)),
        (fields.Identifier(), ID.upper(), UUID(ID)),
        (MAIL, "\tAda@Example.COM\n", "ada@example.com"),
        (ADDRESS, "https://a@[::1]:80/x?y#z", "https://a@[::1]:80/x?y#z"),
        (COLOUR, "red", Colour.RED),
        (JSON, {"a": [Decimal("1.5"), None, {"b": "c"}]}, {"a": [1.5, None, {"b": "c"}]}),
    ],
)
def test_accepted(kind: FieldType, value: Any, kept: Any) -> None:
    found = kind.check(value)
    assert (found, type(found)) == (kept, type(kept))
    assert str(found) == str(kept)


@pytest.mark.parametrize(
    ("kind", "value", "rule"),
    [
        (CODE, 5, "type"),
        (CODE, "a", "min"),
        (CODE, "abcde", "max"),
        (CODE, "a-b", "pattern"),
        # The end of the text is not the end of its line.
        (CODE, "ab\n", "pattern"),
        (CODE, "a\0", "format"),
        (fields.String(), "x" * 256, "max"),
        (fields.Text(), "x" * 10_001, "max"),
        (INTEGER, "5", "type"),
        (INTEGER, True, "type"),
        (INTEGER, Decimal("0.5"), "type"),
        (INTEGER, Decimal("1e-999999"), "type"),
        (INTEGER, Decimal("1e999999"), "max"),
        (INTEGER, 2**31, "max"),
        (INTEGER, -(2**31) - 1, "min"),
        (LONG, 2**53, "max"),
        (LONG, -(2**53), "min"),
        (fields.Integer(min=1), 0, "min"),
        (fields.Integer(max=1), 2, "max"),
        (fields.Integer(above=1), 1, "above"),
        (fields.Integer(below=1), 1, "below"),
        (FLOAT, "1.5", "type"),
        (FLOAT, Decimal("1e309"), "max"),
        (FLOAT, -(10**400), "min"),
        (fields.Float(above=0), 0, "above"),
        (MONEY, "1e3", "format"),
        (MONEY, "1.", "format"),
        (MONEY, True, "type"),
        (MONEY, "0.001", "scale"),
        (MONEY, "1000", "max"),
        (MONEY, "-1000", "min"),
        (WHOLE, "0.5", "scale"),
        (SMALL, "1", "max"),
        (fields.DecimalNumber(above="0"), "0", "above"),
        (fields.DecimalNumber(below="1"), "1", "below"),
        (fields.DecimalNumber(min="0.10"), "0.09", "min"),
        (fields.DecimalNumber(max="0.10"), "0.11", "max"),
        (fields.Boolean(), 1, "type"),
        (fields.Boolean(), "true", "type"),
        (DAY, "2026-02-30", "format"),
        (DAY, "0999-01-01", "format"),
        (DAY, "20260101", "format"),
        (fields.Date(min="2026-01-01"), "2025-12-31", "min"),
        (fields.Date(max="2026-01-01"), "2026-01-02", "max"),
        (MOMENT, "2026-01-01T00:00:00", "format"),
        (MOMENT, "2026-01-01T24:00:00Z", "format"),
        (MOMENT, "2026-01-01T00:00:00+24:00", "format"),
        (MOMENT, "2026-01-01T00:00:00+00:60", "format"),
        (MOMENT, "0001-01-01T00:00:00+01:00", "format"),
        (fields.DateTime(min="2026-01-01T00:00:00Z"), "2025-12-31T23:59:59Z", "min"),
        (fields.DateTime(max="2026-01-01T00:00:00Z"), "2026-01-01T00:00:00.001Z", "max"),
        (fields.Identifier(), ID.replace("-", ""), "format"),
        (fields.Identifier(), f"{ID}\n", "format"),
        # The sign for kelvin, whose lower case is a plain k.
        (MAIL, "\u212aa@example.com", "format"),
        (MAIL, "a@example", "format"),
        (MAIL, f"{'a' * 243}@example.com", "max"),
        (ADDRESS, "ftp://example.com", "format"),
        (ADDRESS, "https://", "format"),
        (ADDRESS, "https://example.com/a b", "format"),
        (ADDRESS, f"https://example.com/{'x' * 2029}", "max"),
        (COLOUR, "red\0", "format"),
        (COLOUR, "Red", "enum"),
        (JSON, [], "type"),
        (JSON, {"a\0": 1}, "format"),
        (JSON, {"a": [{"b": "\0"}]}, "format"),
        (JSON, {"a": Decimal("1e999")}, "max"),
    ],
)
def test_refused(kind: FieldType, value: Any, rule: str) -> None:
    assert rule_of(kind.check, value) == rule


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (CODE, "a longer text than the field may have", "a longer text than the field may have"),
        (fields.Integer(min=10), "-5.0", -5),
        (FLOAT, "1.5e3", 1500.0),
        (fields.DecimalNumber(above="5"), "0.5", Decimal("0.50")),
        (fields.Boolean(), "true", True),
        (fields.Boolean(), "false", False),
        (fields.Date(min="2026-01-01"), "2020-01-01", date(2020, 1, 1)),
        (MOMENT, "2026-01-01T00:00:00Z", datetime(2026, 1, 1, tzinfo=UTC)),
        (fields.Identifier(), ID, UUID(ID)),
        (MAIL, " A@example.com", "a@example.com"),
        (COLOUR, "blue", Colour.BLUE),
        (FieldType(), "as it is", "as it is"),
    ],
)
def test_read_from_a_query(kind: FieldType, text: str, value: Any) -> None:
    """Limits of a field say what is stored, not what may be looked for."""
    assert kind.read(text) == value


@pytest.mark.parametrize(
    ("kind", "text", "rule"),
    [
        (CODE, "\0", "format"),
        (INTEGER, "1e3", "type"),
        (INTEGER, " 1", "type"),
        (INTEGER, "1_0", "type"),
        (INTEGER, "1.5", "type"),
        (INTEGER, "2147483648", "max"),
        (FLOAT, "nan", "type"),
        (FLOAT, "1e999", "max"),
        (MONEY, "x", "type"),
        (MONEY, "0.001", "scale"),
        (fields.Boolean(), "1", "type"),
        (DAY, "today", "format"),
        (COLOUR, "green", "enum"),
    ],
)
def test_refused_in_a_query(kind: FieldType, text: str, rule: str) -> None:
    assert rule_of(kind.read, text) == rule


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        (CODE, "ab", "ab"),
        (MONEY, Decimal("5"), "5.00"),
        (WHOLE, Decimal("5"), "5"),
        (DAY, date(2026, 1, 31), "2026-01-31"),
        (MOMENT, datetime(26, 1, 2, 3, 4, 5, 6000, UTC), "0026-01-02T03:04:05.006Z"),
        (fields.Identifier(), UUID(ID), ID),
        (COLOUR, Colour.RED, "red"),
        (fields.Links(), [UUID(ID)], [ID]),
    ],
)
def test_written(kind: FieldType, value: Any, written: Any) -> None:
    assert kind.write(value) == written
    assert type(kind.write(value)) is type(written)


def test_lists_keep_what_is_answered() -> None:
    kind = fields.ListOf(item=MONEY, max_items=2)
    adapter = TypeAdapter(Annotated[list[Any], kind])
    assert adapter.validate_python(["1", Decimal("2.5")]) == ["1.00", "2.50"]
    assert adapter.dump_python(["1.00"]) == ["1.00"]
    for value in ([1, 2, 3], "12", (1, 2), [None], ["x"]):
        with pytest.raises(ValidationError):
            adapter.validate_python(value)


def test_links_are_ids() -> None:
    adapter = TypeAdapter(Annotated[list[UUID], fields.Links()])
    assert adapter.validate_python([ID]) == [UUID(ID)]
    assert adapter.dump_python([UUID(ID)]) == [ID]


def test_null_is_for_optional_fields() -> None:
    assert TypeAdapter(Annotated[int | None, INTEGER]).validate_python(None) is None
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(Annotated[int, INTEGER]).validate_python(None)
    assert [each["type"] for each in caught.value.errors()] == ["required"]


def test_defaults_of_now() -> None:
    moment = fields.now()
    assert (moment.tzinfo, moment.microsecond % 1000) == (UTC, 0)
    assert moment.date() <= fields.today() <= fields.now().date()

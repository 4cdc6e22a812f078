"""How field types describe themselves in openapi.json."""

import re
from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from pydantic import TypeAdapter

from app.core import fields
from app.core.fields import FieldType

Mode = Literal["validation", "serialization"]


class Colour(StrEnum):
    """Some values."""

    RED = "red"
    BLUE = "blue"


def schema_of(kind: FieldType, mode: Mode = "validation", *, optional: bool = False) -> Any:
    """The schema of a field of this type."""
    if optional:
        return TypeAdapter(Annotated[int | None, kind]).json_schema(mode=mode)
    return TypeAdapter(Annotated[int, kind]).json_schema(mode=mode)


@pytest.mark.parametrize(
    ("kind", "schema"),
    [
        (fields.String(), {"type": "string", "maxLength": 255}),
        (
            fields.String(min=1, max=9, pattern=r"^\d$"),
            {"type": "string", "minLength": 1, "maxLength": 9, "pattern": "^[0-9]$"},
        ),
        (fields.Text(), {"type": "string", "maxLength": 10_000}),
        (fields.Integer(), {"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1}),
        (
            fields.Long(above=0, max=5),
            {"type": "integer", "minimum": -(2**53) + 1, "maximum": 5, "exclusiveMinimum": 0},
        ),
        (fields.Float(), {"type": "number"}),
        (fields.Float(min=0.5, below=2), {"type": "number", "minimum": 0.5, "exclusiveMaximum": 2}),
        (fields.Boolean(), {"type": "boolean"}),
        (fields.Date(), {"type": "string", "format": "date", "pattern": fields.DATE}),
        (
            fields.DateTime(min="2026-01-01T00:00:00Z"),
            {"type": "string", "format": "date-time", "formatMinimum": "2026-01-01T00:00:00Z"},
        ),
        (fields.Identifier(), {"type": "string", "format": "uuid"}),
        (fields.Email(), {"type": "string", "pattern": fields.EMAIL, "maxLength": 254}),
        (fields.Url(), {"type": "string", "pattern": fields.PLAIN_URL, "maxLength": 2048}),
        (fields.Choice(values=Colour), {"type": "string", "enum": ["red", "blue"]}),
        (fields.JsonObject(), {"type": "object"}),
        (
            fields.Links(),
            {
                "type": "array",
                "items": {"type": "string", "format": "uuid"},
                "maxItems": 1000,
                "uniqueItems": True,
            },
        ),
    ],
)
def test_of_a_body(kind: FieldType, schema: dict[str, Any]) -> None:
    assert schema_of(kind) == schema


def test_of_null() -> None:
    for kind in (fields.Boolean(), fields.Choice(values=Colour), fields.DecimalNumber()):
        assert "null" not in str(schema_of(kind))
    assert schema_of(fields.Boolean(), optional=True) == {"type": ["boolean", "null"]}
    choice = schema_of(fields.Choice(values=Colour), optional=True)
    assert choice == {"type": ["string", "null"], "enum": ["red", "blue", None]}
    decimal = schema_of(fields.DecimalNumber(), optional=True)
    assert [each["type"] for each in decimal["anyOf"]] == ["number", "string", "null"]


def test_what_is_for_people() -> None:
    schema = schema_of(fields.Boolean(doc="Whether it is so", example=False))
    assert schema == {"type": "boolean", "description": "Whether it is so", "examples": [False]}


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        (
            fields.DecimalNumber(precision=4, scale=2),
            ["0", "-0", "99.99", "-1.5", "1.5000"],
            ["100", "0.001", "01", ".5", "1.", "+1"],
        ),
        (fields.DecimalNumber(precision=2, scale=0), ["99", "-1.0"], ["100", "0.1"]),
        (fields.DecimalNumber(precision=2, scale=2), ["0.99", "-0.1"], ["1", "0.991"]),
        (fields.DecimalNumber(min="0"), ["0", "1.5"], ["-1"]),
        (fields.DecimalNumber(above="0"), ["1.5"], ["-1"]),
        (fields.DecimalNumber(numerals="^[5-9]$"), ["5"], ["4"]),
    ],
)
def test_decimals_as_strings(kind: FieldType, right: list[str], wrong: list[str]) -> None:
    pattern = schema_of(kind)["anyOf"][1]["pattern"]
    assert [text for text in right if not re.search(pattern, text)] == []
    assert [text for text in wrong if re.search(pattern, text)] == []


def test_decimals_as_numbers() -> None:
    number = schema_of(fields.DecimalNumber(precision=4, scale=2, above="0", below="9"))["anyOf"][0]
    assert number == {
        "type": "number",
        "multipleOf": 0.01,
        "minimum": -99.99,
        "maximum": 99.99,
        "exclusiveMinimum": 0,
        "exclusiveMaximum": 9,
    }
    whole = schema_of(fields.DecimalNumber(precision=2, scale=0))["anyOf"][0]
    assert (whole["multipleOf"], whole["maximum"]) == (1, 99)


def test_the_widest_double_lies_within_the_limits() -> None:
    kind = fields.DecimalNumber(precision=20, scale=2)
    number = schema_of(kind)["anyOf"][0]
    assert -(10**18) < number["minimum"] < number["maximum"] < 10**18


def test_of_an_answer() -> None:
    for kind, pattern in (
        (fields.DecimalNumber(), r"^-?(0|[1-9][0-9]*)\.[0-9]{2}$"),
        (fields.DecimalNumber(scale=0), "^-?(0|[1-9][0-9]*)$"),
    ):
        assert schema_of(kind, "serialization") == {"type": "string", "pattern": pattern}
        many = schema_of(fields.ListOf(item=kind, max_items=3), "serialization")
        assert many == {"type": "array", "items": {"type": "string", "pattern": pattern}}

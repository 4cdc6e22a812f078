"""What field types make of values that only look right."""

from enum import StrEnum
from typing import Any

import pytest
from pydantic_core import PydanticCustomError

from app.core.fields import Choice, Email, FieldType, Integer


class Colour(StrEnum):
    """Some values."""

    RED = "red"


@pytest.mark.parametrize(
    ("kind", "value", "rule"),
    [
        (Choice(values=Colour), "red\0", "format"),
        (Choice(values=Colour), "Red", "enum"),
        # The sign for kelvin, whose lower case is a plain k.
        (Email(), "\u212aa@example.com", "format"),
        (Email(), "a@example", "format"),
        (Integer(), "5", "type"),
    ],
)
def test_refused(kind: FieldType, value: Any, rule: str) -> None:
    with pytest.raises(PydanticCustomError) as caught:
        kind.check(value)
    assert caught.value.type == rule


def test_addresses_are_trimmed_and_folded() -> None:
    assert Email().check("\tAda@Example.COM\n") == "ada@example.com"

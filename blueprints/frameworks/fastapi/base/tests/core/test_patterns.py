"""Patterns mean the same here and in the tools that read openapi.json."""

import re

import pytest

from app.core.patterns import compile_pattern, portable


@pytest.mark.parametrize(
    ("pattern", "spelled"),
    [
        (r"^\d+$", "^[0-9]+$"),
        (r"\w\s", r"[A-Za-z0-9_][ \t\n\r\f\v]"),
        (r"\D\W\S", r"[^0-9][^A-Za-z0-9_][^ \t\n\r\f\v]"),
        (r"[\d\w-]", "[0-9A-Za-z0-9_-]"),
        (r"[$[]$", r"[\$[]$"),
        (r"\.\\\]", r"\.\\\]"),
    ],
)
def test_classes_are_spelled_out(pattern: str, spelled: str) -> None:
    assert portable(pattern) == spelled


@pytest.mark.parametrize(
    ("pattern", "right", "wrong"),
    [
        (r"^\d+$", ["12"], ["1\n", "\u0661", "a1"]),
        (r"b", ["abc"], ["ac"]),
        (r"^[a$]+$", ["a$"], ["a$\n", "b"]),
        (r"^\S\W$", ["a-"], [" -", "aa"]),
    ],
)
def test_search(pattern: str, right: list[str], wrong: list[str]) -> None:
    for text in right:
        assert compile_pattern(pattern).search(text), text
        assert re.search(portable(pattern), text), text
    for text in wrong:
        assert not compile_pattern(pattern).search(text), text

r"""Patterns of fields: a small language that means the same in every tool.

A pattern searches; `^` and `$` are the ends of the text; `\d \w \s` are ASCII.
"""

import re
from functools import cache

_CLASSES = {"d": "0-9", "w": "A-Za-z0-9_", "s": r" \t\n\r\f\v"}


def portable(pattern: str) -> str:
    r"""Spell out `\d \w \s`, so that JSON Schema validators of all languages agree."""
    return "".join(_parts(pattern))


@cache
def compile_pattern(pattern: str) -> re.Pattern[str]:
    """Compile for Python, whose own `$` would let a final newline through."""
    return re.compile("".join(r"\Z" if part == "$" else part for part in _parts(pattern)))


def _parts(pattern: str) -> list[str]:
    """Cut a pattern into characters and escapes, classes spelled out."""
    parts: list[str] = []
    in_class = False
    rest = iter(pattern)
    for character in rest:
        if character == "\\":
            parts.append(_escape(next(rest, ""), in_class))
            continue
        if character == "[" and not in_class:
            in_class = True
        elif character == "]":
            in_class = False
        # Within a class a dollar is only a dollar.
        parts.append(r"\$" if character == "$" and in_class else character)
    return parts


def _escape(letter: str, in_class: bool) -> str:
    if letter in _CLASSES:
        return _CLASSES[letter] if in_class else f"[{_CLASSES[letter]}]"
    if letter.lower() in _CLASSES and not in_class:
        return f"[^{_CLASSES[letter.lower()]}]"
    return f"\\{letter}"

"""Names as they appear in JSON bodies, queries and errors."""

import re

from app.project import JSON_CASE

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def json_name(name: str) -> str:
    """Return the JSON spelling of a Python name: `in_stock` becomes `inStock` in camel case."""
    if JSON_CASE == "snake":
        return name
    head, *tail = name.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in tail)


def snake_case(name: str) -> str:
    """`OrderItem` becomes `order_item`."""
    return _WORD.sub("_", name).lower()


def kebab_case(name: str) -> str:
    """`OrderItem` becomes `order-item`."""
    return _WORD.sub("-", name).lower()

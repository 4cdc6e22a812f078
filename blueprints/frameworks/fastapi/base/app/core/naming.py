"""Names as they appear in JSON bodies, queries and errors."""

from app.project import JSON_CASE


def json_name(name: str) -> str:
    """Return the JSON spelling of a Python name: `in_stock` becomes `inStock` in camel case."""
    if JSON_CASE == "snake":
        return name
    head, *tail = name.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in tail)

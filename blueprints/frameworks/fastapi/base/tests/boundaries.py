"""Values on either side of every limit of a field, with the rule that the wrong ones break."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from tests.table import Field

STRINGS = ("string", "text", "email", "url", "enum", "uuid", "date", "datetime")
NUMBERS = ("integer", "long", "float", "decimal")
WIDEST = {"integer": 2**31 - 1, "long": 2**53 - 1}
NUL = "\x00"


def right(field: Field) -> Iterator[tuple[Any, Any]]:
    """Right values, each with its answer."""
    if field.many:
        yield (
            [field.samples[0]] * min(field.max_items, 3),
            [field.samples[0]] * min(field.max_items, 3),
        )
        return
    for value in field.samples:
        yield value, value
    if field.type in ("string", "text") and not field.pattern:
        low = field.low or 0
        high = field.high or (255 if field.type == "string" else 10_000)
        yield "é" * low, "é" * low
        yield "😀" * high, "😀" * high
    if field.type in ("integer", "long"):
        for limit in _integer_limits(field):
            yield limit, limit
    if field.type == "decimal":
        step = Decimal(1).scaleb(-field.scale)
        for each in _decimal_limits(field, step):
            text = f"{each:.{field.scale}f}"
            yield text, text
            yield f"{text}00" if field.scale else text, text
    if field.type == "uuid":
        yield str(field.samples[0]).upper(), field.samples[0]
    if field.type == "email":
        yield f" {str(field.samples[0]).upper()} ", field.samples[0]
    if field.type == "datetime" and field.low is None and field.high is None:
        yield "2026-01-01T01:30:00.98765+01:30", "2026-01-01T00:00:00.987Z"


def wrong(field: Field) -> Iterator[tuple[Any, str, str]]:
    """Wrong values, each with the place and the rule that it breaks."""
    key = field.key
    if field.many:
        yield "x", key, "type"
        yield [field.samples[0]] * (field.max_items + 1), key, "max"
        for value, _, rule in wrong_items(field):
            yield [field.samples[0], value], f"{key}[1]", rule
        return
    for value, place, rule in wrong_items(field):
        yield value, place, rule


def wrong_items(field: Field) -> Iterator[tuple[Any, str, str]]:
    """Wrong values of the type itself."""
    key = field.key
    yield {} if field.type != "json" else [], key, "type"
    if field.type in STRINGS:
        yield 5, key, "type"
    if field.type in STRINGS and field.type != "enum":
        yield f"x{NUL}", key, "format"
    if field.type in ("email", "url", "uuid", "date", "datetime"):
        yield "nonsense", key, "format"
    if field.type in ("string", "text"):
        if field.low:
            yield "x" * (field.low - 1), key, "min"
        yield "x" * ((field.high or (255 if field.type == "string" else 10_000)) + 1), key, "max"
    if field.type == "enum":
        yield "nonsense", key, "enum"
    if field.type == "boolean":
        yield 1, key, "type"
        yield "true", key, "type"
    if field.type in ("integer", "long"):
        yield "5", key, "type"
        yield 0.5, key, "type"
        yield True, key, "type"
        low, high = _integer_limits(field)
        yield low - 1, key, "above" if field.above is not None else "min"
        yield high + 1, key, "below" if field.below is not None else "max"
    if field.type == "decimal":
        step = Decimal(1).scaleb(-field.scale)
        low_value, high_value = _decimal_limits(field, step)
        yield f"{low_value - step}", key, "above" if field.above is not None else "min"
        yield f"{high_value + step}", key, "below" if field.below is not None else "max"
        yield f"1.{'0' * field.scale}1", key, "scale"
        yield "1e3", key, "format"
    if field.type == "json":
        yield {"x": NUL}, key, "format"


def _integer_limits(field: Field) -> tuple[int, int]:
    widest = WIDEST[field.type]
    low = -widest - 1 if field.type == "integer" else -widest
    low = max(low, field.low if field.low is not None else low)
    low = low if field.above is None else max(low, field.above + 1)
    high = widest if field.high is None else field.high
    return low, high if field.below is None else min(high, field.below - 1)


def _decimal_limits(field: Field, step: Decimal) -> tuple[Decimal, Decimal]:
    widest = Decimal(10) ** (field.precision - field.scale) - step
    low = -widest if field.low is None else Decimal(field.low)
    low = low if field.above is None else Decimal(field.above) + step
    high = widest if field.high is None else Decimal(field.high)
    return low, high if field.below is None else Decimal(field.below) - step

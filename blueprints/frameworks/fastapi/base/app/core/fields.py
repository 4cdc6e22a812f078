"""The field types: what each accepts from JSON and from a query, and how it is answered.

A type stands in an annotation, `price: Annotated[Decimal, fields.DecimalNumber(above="0")]`, and
is strict: nothing is converted that the sender did not mean. A fault is a `PydanticCustomError`
whose type is the rule that clients compare (`min`, `format`, ...).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from math import inf, nextafter
from typing import Any, get_args
from uuid import UUID

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from app.core.database import cut_to_ms, now_ms
from app.core.patterns import compile_pattern, portable

MAX_INTEGER = 2**31 - 1
MAX_LONG = 2**53 - 1
MAX_URL = 2048
MAX_EMAIL = 254
MAX_LINKS = 1000

_LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
# https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address, with at least one dot.
EMAIL = rf"^[a-zA-Z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_LABEL}(?:\.{_LABEL})+$"
_NO_SPACE = r"\s\x00-\x1f\x7f-\x9f"
# A scheme, perhaps a user, a host that is not empty, perhaps a port; then anything visible.
URL = (
    rf"^https?://(?:[^{_NO_SPACE}/?#@]*@)?(?:\[[0-9a-fA-F:.]+\]|[^{_NO_SPACE}/?#@:\[\]]+)"
    rf"(?::[0-9]*)?(?:[/?#][^{_NO_SPACE}]*)?$"
)
# What openapi.json says of it: the same without hosts in brackets, which few tools can make up.
PLAIN_URL = (
    rf"^https?://(?:[^{_NO_SPACE}/?#@\[\]]*@)?[^{_NO_SPACE}/?#@:\[\]]+"
    rf"(?::[0-9]*)?(?:[/?#][^{_NO_SPACE}]*)?$"
)
DECIMAL = r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$"
UUID_TEXT = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
DATE = "^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}$"
DATE_TIME = (
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}"
    r"(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})$"
)

Schema = dict[str, Any]


def fault(rule: str, message: str) -> PydanticCustomError:
    """A value breaks a rule; the message says what a right value would be."""
    return PydanticCustomError(rule, "{message}", {"message": message})


def _matches(pattern: str) -> Callable[[str], bool]:
    """A test whether a whole text has this form; `$` does not let a newline through."""
    compiled = re.compile(pattern[1:-1])
    return lambda text: compiled.fullmatch(text) is not None


_is_email = _matches(EMAIL)
_is_url = _matches(URL)
_is_decimal = _matches(DECIMAL)
_is_uuid = _matches(UUID_TEXT)
_is_date = _matches(DATE)
_is_date_time = _matches(DATE_TIME)


@dataclass(frozen=True, kw_only=True)
class FieldType:
    """What all types share. Use one of its subclasses as the metadata of an annotation."""

    doc: str = ""
    example: Any = None

    def check(self, value: Any) -> Any:
        """Turn a JSON value into a Python value; raises the first rule that it breaks."""
        return value

    def read(self, text: str) -> Any:
        """Turn the text of a query parameter into a value; limits of the field do not count."""
        return text

    def write(self, value: Any) -> Any:
        """Turn a stored value into a JSON value."""
        return value

    def schema(self) -> Schema:
        """The JSON Schema of what is accepted in a body."""
        return {}

    def answer_schema(self) -> Schema:
        """The JSON Schema of what is answered."""
        return self.schema()

    def core(self) -> CoreSchema:
        """The schema of Pydantic behind the annotation."""
        if type(self).write is FieldType.write:
            return core_schema.no_info_plain_validator_function(self._check)
        return core_schema.no_info_plain_validator_function(
            self._check,
            serialization=core_schema.plain_serializer_function_ser_schema(self.write),
        )

    def _check(self, value: Any) -> Any:
        if value is None:
            raise fault("required", "must not be null")
        return self.check(value)

    def __get_pydantic_core_schema__(
        self,
        source: Any,
        _handler: GetCoreSchemaHandler,
    ) -> CoreSchema:
        optional = type(None) in get_args(source)
        return core_schema.nullable_schema(self.core()) if optional else self.core()

    def __get_pydantic_json_schema__(
        self,
        core: CoreSchema,
        handler: GetJsonSchemaHandler,
    ) -> Schema:
        schema = self.schema() if handler.mode == "validation" else self.answer_schema()
        if core["type"] == "nullable":
            schema = or_null(schema)
        if self.doc:
            schema["description"] = self.doc
        if self.example is not None:
            schema["examples"] = [self.example]
        return schema


def or_null(schema: Schema) -> Schema:
    """The same schema, or null."""
    if "enum" in schema:
        return {**schema, "type": [schema["type"], "null"], "enum": [*schema["enum"], None]}
    if "type" in schema:
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [*schema["anyOf"], {"type": "null"}]}


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise fault("type", "must be a string")
    if "\0" in value:
        raise fault("format", "must not contain NUL")
    return value


def _present(**keywords: Any) -> Schema:
    """JSON Schema keywords that are set."""
    return {key: value for key, value in keywords.items() if value is not None}


@dataclass(frozen=True, kw_only=True)
class String(FieldType):
    """Text whose length is counted in Unicode code points; `pattern` searches."""

    min: int = 0
    max: int = 255
    pattern: str | None = None

    def check(self, value: Any) -> str:
        text = _text(value)
        if len(text) < self.min:
            raise fault("min", f"must have at least {self.min} characters")
        if len(text) > self.max:
            raise fault("max", f"must have at most {self.max} characters")
        if self.pattern is not None and not compile_pattern(self.pattern).search(text):
            raise fault("pattern", f"must match {self.pattern}")
        return text

    def read(self, text: str) -> str:
        return _text(text)

    def schema(self) -> Schema:
        limits = _present(minLength=self.min or None, maxLength=self.max)
        if self.pattern is not None:
            limits["pattern"] = portable(self.pattern)
        return {"type": "string", **limits}


@dataclass(frozen=True, kw_only=True)
class Text(String):
    """Long text."""

    max: int = 10_000


def _check_bounds(value: Any, low: Any, high: Any, above: Any, below: Any) -> None:
    """Raise the first of min, max, above, below that a value breaks."""
    if low is not None and value < low:
        raise fault("min", f"must be at least {low}")
    if high is not None and value > high:
        raise fault("max", f"must be at most {high}")
    if above is not None and value <= above:
        raise fault("above", f"must be greater than {above}")
    if below is not None and value >= below:
        raise fault("below", f"must be less than {below}")


def _number(value: Any) -> int | Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise fault("type", "must be a number")
    return value


def _number_of(text: str) -> Decimal:
    if not _is_decimal(text):
        raise fault("type", "must be a number")
    return Decimal(text)


@dataclass(frozen=True, kw_only=True)
class Integer(FieldType):
    """A whole number of 32 bits; `5.0` is 5."""

    min: int | None = None
    max: int | None = None
    above: int | None = None
    below: int | None = None
    widest = MAX_INTEGER

    def check(self, value: Any) -> int:
        whole = self._whole(_number(value))
        _check_bounds(whole, self.min, self.max, self.above, self.below)
        return whole

    def _whole(self, number: int | Decimal) -> int:
        # Compared before it is converted: 1e999999 would fill the memory.
        if isinstance(number, Decimal) and (
            number.adjusted() < 0 < abs(number)
            or (number.adjusted() < 30 and number != number.to_integral_value())
        ):
            raise fault("type", "must be a whole number")
        _check_bounds(number, self._lowest(), self.widest, None, None)
        return int(number)

    def _lowest(self) -> int:
        # A 32-bit range is not symmetric: it has one more number below zero.
        return -self.widest - 1 if self.widest == MAX_INTEGER else -self.widest

    def read(self, text: str) -> int:
        return self._whole(_number_of(text))

    def schema(self) -> Schema:
        lowest = self._lowest()
        return {
            "type": "integer",
            "minimum": lowest if self.min is None else max(self.min, lowest),
            "maximum": self.widest if self.max is None else min(self.max, self.widest),
            **_present(exclusiveMinimum=self.above, exclusiveMaximum=self.below),
        }


@dataclass(frozen=True, kw_only=True)
class Long(Integer):
    """A whole number within 2^53 - 1 on either side, which JavaScript can hold exactly."""

    widest = MAX_LONG


@dataclass(frozen=True, kw_only=True)
class Float(FieldType):
    """A finite number of double precision."""

    min: float | None = None
    max: float | None = None
    above: float | None = None
    below: float | None = None

    def check(self, value: Any) -> float:
        number = self._double(_number(value))
        _check_bounds(number, self.min, self.max, self.above, self.below)
        return number

    def _double(self, number: int | Decimal) -> float:
        try:
            double = float(number)
        except OverflowError:
            double = float("inf") if number > 0 else float("-inf")
        _check_bounds(double, -1.7976931348623157e308, 1.7976931348623157e308, None, None)
        return double + 0.0

    def read(self, text: str) -> float:
        if not re.fullmatch(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]{1,4})?", text):
            raise fault("type", "must be a number")
        return self._double(Decimal(text))

    def schema(self) -> Schema:
        return {
            "type": "number",
            **_present(
                minimum=self.min,
                maximum=self.max,
                exclusiveMinimum=self.above,
                exclusiveMaximum=self.below,
            ),
        }


@dataclass(frozen=True, kw_only=True)
class DecimalNumber(FieldType):
    """An exact decimal: a number, or a string of digits; answered with `scale` digits.

    Limits are strings, so that they are taken as written. `numerals` is the pattern of exactly the
    strings within them, for openapi.json.
    """

    precision: int = 12
    scale: int = 2
    min: str | None = None
    max: str | None = None
    above: str | None = None
    below: str | None = None
    numerals: str | None = None

    def check(self, value: Any) -> Decimal:
        if isinstance(value, str):
            if not _is_decimal(value):
                raise fault("format", "must be a decimal number such as 12.50")
            value = Decimal(value)
        number = self._exact(Decimal(_number(value)))
        limits = (Decimal(each) if each else None for each in self._limits())
        _check_bounds(number, *limits)
        return number

    def _limits(self) -> tuple[str | None, str | None, str | None, str | None]:
        return self.min, self.max, self.above, self.below

    def _exact(self, number: Decimal) -> Decimal:
        _, digits, exponent = number.as_tuple()
        if not any(digits):
            return Decimal(0).scaleb(-self.scale)
        zeros = next(index for index, digit in enumerate(reversed(digits)) if digit)
        if -(int(exponent) + zeros) > self.scale:
            raise fault("scale", f"must have at most {self.scale} digits after the point")
        if number.adjusted() >= self.precision - self.scale:
            rule, side = ("min", "least -") if number < 0 else ("max", "most ")
            raise fault(rule, f"must be at {side}{self._widest()}")
        return number.quantize(Decimal(1).scaleb(-self.scale))

    def _widest(self) -> str:
        whole = "9" * (self.precision - self.scale) or "0"
        return f"{whole}.{'9' * self.scale}" if self.scale else whole

    def read(self, text: str) -> Decimal:
        return self._exact(_number_of(text))

    def write(self, value: Decimal) -> str:
        return f"{value:.{self.scale}f}"

    def schema(self) -> Schema:
        low, high, above, below = self._limits()
        widest = self._widest()
        number = {
            "type": "number",
            "multipleOf": float(f"1e-{self.scale}") if self.scale else 1,
            "minimum": _within(f"-{widest}" if low is None else low, inf),
            "maximum": _within(widest if high is None else high, -inf),
            **_present(
                exclusiveMinimum=above and float(above),
                exclusiveMaximum=below and float(below),
            ),
        }
        return {"anyOf": [number, {"type": "string", "pattern": self._pattern()}]}

    def answer_schema(self) -> Schema:
        fraction = rf"\.[0-9]{{{self.scale}}}" if self.scale else ""
        return {"type": "string", "pattern": f"^-?(0|[1-9][0-9]*){fraction}$"}

    def _pattern(self) -> str:
        """A pattern of the strings that fit, but for limits other than the sign."""
        if self.numerals is not None:
            return self.numerals
        sign = "" if _not_negative(self.min) or _not_negative(self.above) else "-?"
        digits = self.precision - self.scale
        whole = f"(0|[1-9][0-9]{{0,{digits - 1}}})" if digits > 0 else "0"
        fraction = rf"(\.[0-9]{{1,{self.scale}}}0*)?" if self.scale else r"(\.0+)?"
        return f"^{sign}{whole}{fraction}$"


def _within(limit: str, inward: float) -> float:
    """The number of a limit, or the next one inwards when the nearest double lies beyond it."""
    number = float(limit)
    written, exact = Decimal(repr(number)), Decimal(limit)
    beyond = written > exact if inward < 0 else written < exact
    return nextafter(number, inward) if beyond else number


def _not_negative(limit: str | None) -> bool:
    return limit is not None and Decimal(limit) >= 0


@dataclass(frozen=True, kw_only=True)
class Boolean(FieldType):
    """True or false, nothing else."""

    def check(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise fault("type", "must be true or false")
        return value

    def read(self, text: str) -> bool:
        if text not in ("true", "false"):
            raise fault("type", "must be true or false")
        return text == "true"

    def schema(self) -> Schema:
        return {"type": "boolean"}


@dataclass(frozen=True, kw_only=True)
class Date(FieldType):
    """A day as `YYYY-MM-DD`, of the years 1000 to 9999."""

    min: str | None = None
    max: str | None = None

    def check(self, value: Any) -> date:
        day = self.read(_text(value))
        low, high = (date.fromisoformat(x) if x else None for x in (self.min, self.max))
        _check_bounds(day, low, high, None, None)
        return day

    def read(self, text: str) -> date:
        try:
            if _is_date(text):
                return date.fromisoformat(text)
        except ValueError:
            pass
        raise fault("format", "must be a day such as 2026-01-31")

    def write(self, value: date) -> str:
        return value.isoformat()

    def schema(self) -> Schema:
        # JSON Schema has no bounds of dates, but these keywords were proposed for them.
        bounds = _present(formatMinimum=self.min, formatMaximum=self.max)
        return {"type": "string", "format": "date", "pattern": DATE, **bounds}


@dataclass(frozen=True, kw_only=True)
class DateTime(FieldType):
    """A moment (RFC 3339, any offset), kept in UTC; what is finer than a millisecond is cut."""

    min: str | None = None
    max: str | None = None

    def check(self, value: Any) -> datetime:
        moment = self.read(_text(value))
        low, high = (self.read(x) if x else None for x in (self.min, self.max))
        _check_bounds(moment, low, high, None, None)
        return moment

    def read(self, text: str) -> datetime:
        try:
            if _is_date_time(text):
                return self._moment(text.upper())
        except (ValueError, OverflowError):
            pass
        raise fault("format", "must be a time such as 2026-01-31T09:30:00Z")

    def _moment(self, text: str) -> datetime:
        seconds, offset = text[:19], "+00:00" if text.endswith("Z") else text[-6:]
        fraction = text[19:].removesuffix("Z").removesuffix(offset)[1:7]
        if int(offset[4:]) > 59 or int(offset[1:3]) > 23:
            raise ValueError(offset)
        ahead = timedelta(hours=int(offset[1:3]), minutes=int(offset[4:]))
        local = datetime.fromisoformat(seconds).replace(
            microsecond=int(fraction.ljust(6, "0")), tzinfo=UTC
        )
        return cut_to_ms(local + ahead if offset[0] == "-" else local - ahead)

    def write(self, value: datetime) -> str:
        # Without its zone, which is UTC, for the sake of the `Z`.
        return value.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"

    def schema(self) -> Schema:
        bounds = _present(formatMinimum=self.min, formatMaximum=self.max)
        return {"type": "string", "format": "date-time", **bounds}


@dataclass(frozen=True, kw_only=True)
class Identifier(FieldType):
    """A UUID as 8-4-4-4-12 hexadecimal digits; answered in lower case."""

    def check(self, value: Any) -> UUID:
        return self.read(_text(value))

    def read(self, text: str) -> UUID:
        if not _is_uuid(text):
            raise fault("format", "must be a UUID")
        return UUID(text)

    def write(self, value: UUID) -> str:
        return str(value)

    def schema(self) -> Schema:
        return {"type": "string", "format": "uuid"}


@dataclass(frozen=True, kw_only=True)
class Email(FieldType):
    """An e-mail address, trimmed and in lower case."""

    def check(self, value: Any) -> str:
        return self.read(_text(value))

    def read(self, text: str) -> str:
        address = text.strip(" \t\r\n\f")
        if not _is_email(address):
            raise fault("format", "must be an e-mail address")
        if len(address) > MAX_EMAIL:
            raise fault("max", f"must have at most {MAX_EMAIL} characters")
        return address.lower()

    def schema(self) -> Schema:
        return {"type": "string", "pattern": EMAIL, "maxLength": MAX_EMAIL}


@dataclass(frozen=True, kw_only=True)
class Url(FieldType):
    """An `http` or `https` address with a host."""

    def check(self, value: Any) -> str:
        return self.read(_text(value))

    def read(self, text: str) -> str:
        if not _is_url(text):
            raise fault("format", "must be an address such as https://example.com")
        if len(text) > MAX_URL:
            raise fault("max", f"must have at most {MAX_URL} characters")
        return text

    def schema(self) -> Schema:
        return {"type": "string", "pattern": PLAIN_URL, "maxLength": MAX_URL}


@dataclass(frozen=True, kw_only=True)
class Choice(FieldType):
    """One of the values of an enumeration."""

    values: type[StrEnum]

    def check(self, value: Any) -> StrEnum:
        return self.read(_text(value))

    def read(self, text: str) -> StrEnum:
        try:
            return self.values(text)
        except ValueError:
            raise fault("enum", f"must be one of {', '.join(self.values)}") from None

    def write(self, value: str) -> str:
        return str(value)

    def schema(self) -> Schema:
        return {"type": "string", "enum": [str(value) for value in self.values]}


@dataclass(frozen=True, kw_only=True)
class JsonObject(FieldType):
    """Any JSON object. Its numbers are doubles, or whole numbers."""

    def check(self, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise fault("type", "must be an object")
        return {_text(key): self._plain(item) for key, item in value.items()}

    def _plain(self, value: Any) -> Any:
        if isinstance(value, dict):
            return self.check(value)
        if isinstance(value, list):
            return [self._plain(item) for item in value]
        if isinstance(value, Decimal):
            return Float().check(value)
        return _text(value) if isinstance(value, str) else value

    def schema(self) -> Schema:
        return {"type": "object"}


@dataclass(frozen=True, kw_only=True)
class ListOf(FieldType):
    """An array of at most `max_items`, each of one type, kept as it is answered."""

    item: FieldType
    max_items: int = 100

    def core(self) -> CoreSchema:
        items = core_schema.list_schema(self.item.core(), max_length=self.max_items, strict=True)
        return core_schema.no_info_after_validator_function(
            self.check,
            items,
            serialization=core_schema.plain_serializer_function_ser_schema(self.write),
        )

    def check(self, value: list[Any]) -> list[Any]:
        return [self.item.write(item) for item in value]

    def schema(self) -> Schema:
        return {"type": "array", "items": self.item.schema(), "maxItems": self.max_items}

    def answer_schema(self) -> Schema:
        return {"type": "array", "items": self.item.answer_schema()}


@dataclass(frozen=True, kw_only=True)
class Links(ListOf):
    """The ids of the rows that a row is linked to, each once."""

    item: FieldType = Identifier()
    max_items: int = MAX_LINKS

    def check(self, value: list[Any]) -> list[Any]:
        return value

    def write(self, value: list[UUID]) -> list[str]:
        return [str(each) for each in value]

    def schema(self) -> Schema:
        return {**super().schema(), "uniqueItems": True}


def now() -> datetime:
    """The default `now` of a moment."""
    return now_ms()


def today() -> date:
    """The default `now` of a day, in UTC."""
    return now_ms().date()

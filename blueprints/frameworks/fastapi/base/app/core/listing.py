"""Lists: filters, search, order and pages, read from the raw query string."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import unquote_to_bytes

from pydantic import BaseModel
from pydantic_core import PydanticCustomError
from sqlalchemy import ColumnElement, Select, and_, false, func, literal, or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.core import fields
from app.core.answers import wire_name
from app.core.database import Base, ascii_lower
from app.core.errors import FieldError, validation_error
from app.core.fields import FieldType, fault
from app.core.naming import json_name
from app.project import DATABASES

DEFAULT_LIMIT = 20
MAX_LIMIT = 100
MAX_OFFSET = 2**53 - 1
MAX_VALUES = 100
MAX_SEARCH = 1000

T = TypeVar("T")
M = TypeVar("M", bound=Base)
_ORDERED = (fields.Integer, fields.Float, fields.DecimalNumber, fields.Date, fields.DateTime)
_COMPARISONS: dict[str, Callable[[Any, Any], ColumnElement[bool]]] = {
    "gte": lambda column, value: column >= value,
    "gt": lambda column, value: column > value,
    "lte": lambda column, value: column <= value,
    "lt": lambda column, value: column < value,
}


class Query:
    """The parameters of a query string. Each is taken once; what is left over is unknown."""

    def __init__(self, raw: bytes) -> None:
        self.faults: list[FieldError] = []
        self._left: dict[str, str] = {}
        for part in filter(None, raw.split(b"&")):
            key, _, value = part.partition(b"=")
            self._add(_decode(key) or "", _decode(value))

    def _add(self, name: str, value: str | None) -> None:
        if name in self._left:
            self.fail(name, "repeated", "must be given once")
        if value is None:
            self.fail(name, "format", "must be UTF-8 without NUL")
        self._left[name] = value or ""

    def fail(self, name: str, rule: str, message: str) -> None:
        """Note a faulty parameter."""
        self.faults.append(FieldError(name, rule, message))

    def take(self, name: str, read: Callable[[str], T], default: T) -> T:
        """Read a parameter; the default when it is missing or faulty."""
        if name not in self._left:
            return default
        text = self._left.pop(name)
        if any(each.field == name for each in self.faults):
            return default
        try:
            return read(text)
        except PydanticCustomError as error:
            self.fail(name, error.type, error.message())
            return default

    def flag(self, name: str) -> bool:
        """Read true or false; false when it is missing."""
        return self.take(json_name(name), fields.Boolean().read, False)

    def names(self, name: str, known: Sequence[str]) -> list[str]:
        """Read a comma-separated list of known names."""
        return self.take(name, lambda text: [_known(each, known) for each in text.split(",")], [])

    def finish(self) -> list[FieldError]:
        """Everything that is wrong with the query."""
        for name in self._left:
            self.fail(name, "unknown", "is no parameter here")
        self._left = {}
        return self.faults

    def require_valid(self) -> None:
        """Raise 400 when anything is wrong with the query."""
        if self.finish():
            raise validation_error(self.faults)


def _decode(part: bytes) -> str | None:
    try:
        text = unquote_to_bytes(part.replace(b"+", b" ")).decode()
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _known(name: str, known: Sequence[str]) -> str:
    if name not in known:
        raise fault("enum", f"must be of {', '.join(known)}")
    return name


def _digits(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit()):
            raise fault("type", "must be a whole number in digits")
        number = int(text[:20]) if len(text.lstrip("0")) <= 20 else high + 1
        if not low <= number <= high:
            raise fault("min" if number < low else "max", f"must be from {low} to {high}")
        return number

    return read


@dataclass(frozen=True)
class Field(Generic[T]):
    """An attribute that lists may name: its key, its column and its type."""

    key: str
    column: InstrumentedAttribute[T]
    type: FieldType
    optional: bool


@dataclass(frozen=True)
class ListQuery:
    """One list as it was asked for."""

    conditions: list[ColumnElement[bool]]
    sort: str
    order: list[tuple[Field[Any], bool]]
    limit: int
    offset: int
    after: list[Any] | None

    @property
    def is_plain(self) -> bool:
        """Whether this is a first page of everything."""
        return not self.conditions and self.offset == 0 and self.after is None


class ListTable(Generic[M]):
    """What the lists of a table understand.

    `answer` gives the types of the fields; `filters`, `sort` and `search` name attributes. With
    `cursor`, pages are continued by a cursor, which stays exact while rows come and go.
    """

    def __init__(
        self,
        model: type[M],
        answer: type[BaseModel],
        *,
        filters: Sequence[str] = (),
        sort: Sequence[str] = (),
        search: Sequence[str] = (),
        cursor: bool = False,
    ) -> None:
        self.model = model
        self.fields = fields_of(model, answer)
        self.filters = [self.fields[name] for name in filters]
        self.sort = {self.fields[name].key: self.fields[name] for name in sort}
        self.search = [getattr(model, name) for name in search]
        self.cursor = cursor

    def read(self, query: Query) -> ListQuery:
        """Take the parameters of a list; faults are noted in the query."""
        conditions = [each for field in self.filters for each in _filter(query, field)]
        if self.search:
            conditions += query.take("q", self._search, [])
        sort = query.take("sort", self._checked_sort, "")
        order = self._order(sort)
        return ListQuery(
            conditions,
            sort,
            order,
            query.take("limit", _digits(1, MAX_LIMIT), DEFAULT_LIMIT),
            0 if self.cursor else query.take("offset", _digits(0, MAX_OFFSET), 0),
            query.take("cursor", lambda text: _read_cursor(text, sort, order), None)
            if self.cursor
            else None,
        )

    def _search(self, text: str) -> list[ColumnElement[bool]]:
        if not 1 <= len(text) <= MAX_SEARCH:
            rule = "max" if text else "min"
            raise fault(rule, f"must have 1 to {MAX_SEARCH} characters")
        # The database folds ASCII only, and so does this.
        folded = text.translate({code: code + 32 for code in range(ord("A"), ord("Z") + 1)})
        found = (ascii_lower(each).contains(folded, autoescape=True) for each in self.search)
        return [or_(*found)]

    def _checked_sort(self, text: str) -> str:
        for each in text.split(","):
            _known(each.removeprefix("-"), list(self.sort))
        return text

    def _order(self, sort: str) -> list[tuple[Field[Any], bool]]:
        chosen = [
            (self.sort[each.removeprefix("-")], each.startswith("-"))
            for each in sort.split(",")
            if each
        ]
        return [*chosen, (self.fields["id"], False)]

    async def fetch(
        self,
        session: AsyncSession,
        statement: Select[M],
        wanted: ListQuery,
    ) -> tuple[list[M], dict[str, Any]]:
        """Return the rows of one page and what the answer says beside them."""
        statement = statement.where(*wanted.conditions)
        ordered = statement.order_by(*(_ordering(each, down) for each, down in wanted.order))
        if not self.cursor:
            count = statement.with_only_columns(func.count(), maintain_column_froms=True)
            total = await session.scalar(count)
            rows = await session.scalars(ordered.limit(wanted.limit).offset(wanted.offset))
            frame = {"total": total, "limit": wanted.limit, "offset": wanted.offset}
            return list(rows), frame
        if wanted.after is not None:
            ordered = ordered.where(_beyond(wanted.order, wanted.after))
        found = list(await session.scalars(ordered.limit(wanted.limit + 1)))
        rest = len(found) > wanted.limit
        rows_here = found[: wanted.limit]
        return rows_here, {"next_cursor": _cursor(wanted, rows_here[-1]) if rest else None}


def fields_of(model: type[Base], answer: type[BaseModel]) -> dict[str, Field[Any]]:
    """The stored fields of an answer with their types, by attribute."""
    found = {}
    for name, info in answer.model_fields.items():
        column = getattr(model, name, None)
        kind = next((each for each in info.metadata if isinstance(each, FieldType)), None)
        if column is not None and kind is not None:
            optional = bool(column.property.columns[0].nullable)
            found[name] = Field(wire_name(name), column, kind, optional)
    return found


# --- filters ----------------------------------------------------------------------------------


def _filter(query: Query, field: Field[Any]) -> list[ColumnElement[bool]]:
    """The conditions on one field."""
    column, kind = field.column, field.type
    found: list[Any] = [
        query.take(field.key, lambda text: column == kind.read(text), None),
        query.take(f"{field.key}.in", lambda text: column.in_(_values(text, kind)), None),
    ]
    if isinstance(kind, _ORDERED):
        for name, compare in _COMPARISONS.items():
            condition = query.take(f"{field.key}.{name}", _comparison(compare, field), None)
            found.append(condition)
    if field.optional:
        key = f"{field.key}.{json_name('is_null')}"
        found.append(query.take(key, lambda text: _is_null(column, text), None))
    return [each for each in found if each is not None]


def _comparison(
    compare: Callable[[Any, Any], ColumnElement[bool]],
    field: Field[Any],
) -> Callable[[str], ColumnElement[bool] | None]:
    return lambda text: compare(field.column, field.type.read(text))


def _values(text: str, kind: FieldType) -> list[Any]:
    values = text.split(",")
    if len(values) > MAX_VALUES:
        raise fault("max", f"must be at most {MAX_VALUES} values")
    return [kind.read(value) for value in values]


def _is_null(column: InstrumentedAttribute[Any], text: str) -> ColumnElement[bool]:
    return column.is_(None) if fields.Boolean().read(text) else column.is_not(None)


# --- order and cursors ------------------------------------------------------------------------


def _ordering(field: Field[Any], down: bool) -> ColumnElement[Any]:
    """Nulls are lowest: first upwards, last downwards. MySQL has no words for it, but does it."""
    if not field.optional or "mysql" in DATABASES:
        return field.column.desc() if down else field.column.asc()
    return field.column.desc().nulls_last() if down else field.column.asc().nulls_first()


def _beyond(order: list[tuple[Field[Any], bool]], last: list[Any]) -> ColumnElement[bool]:
    """The rows after the last one: greater in some field, equal in all before it."""
    branches: list[ColumnElement[bool]] = []
    equal: list[ColumnElement[bool]] = []
    for (field, down), value in zip(order, last, strict=True):
        column = field.column
        branches.append(and_(*equal, _after(column, down, value)))
        equal.append(column.is_(None) if value is None else column == value)
    return or_(*branches)


def _after(
    column: InstrumentedAttribute[Any],
    down: bool,
    value: Any,
) -> ColumnElement[bool]:
    if value is None:
        return false() if down else column.is_not(None)
    # A plain True or False is refused as something to compare with.
    place = literal(value, column.type)
    return or_(column < place, column.is_(None)) if down else column > place


def _cursor(wanted: ListQuery, row: Base) -> str:
    """Where the next page begins: the order, and this row's place in it."""
    place = []
    for field, _ in wanted.order:
        value = getattr(row, field.column.key)
        place.append(None if value is None else _as_text(field.type.write(value)))
    text = json.dumps([wanted.sort, place], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _read_cursor(text: str, sort: str, order: list[tuple[Field[Any], bool]]) -> list[Any]:
    try:
        padded = text + "=" * (-len(text) % 4)
        made_for, place = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if made_for != sort:
            raise ValueError(made_for)
        pairs = zip(order, place, strict=True)
        return [_place(field, value) for (field, _), value in pairs]
    except (ValueError, TypeError, RecursionError, PydanticCustomError):
        raise fault("format", "must be a cursor of this list, with the same sort") from None


def _place(field: Field[Any], value: Any) -> Any:
    if value is None and field.optional:
        return None
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(value)
    value.encode()  # a lone surrogate is no text
    return field.type.read(value)


# --- documentation ----------------------------------------------------------------------------


def parameters(table: ListTable[Any]) -> list[Mapping[str, Any]]:
    """The parameters of a list for OpenAPI."""
    found: dict[str, dict[str, Any]] = {
        "limit": {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
    }
    if table.cursor:
        found["cursor"] = {"type": "string", "description": "`nextCursor` of the page before"}
    else:
        found["offset"] = {"type": "integer", "minimum": 0, "maximum": MAX_OFFSET, "default": 0}
    if table.sort:
        keys = "|".join(table.sort)
        found["sort"] = {"type": "string", "pattern": f"^-?({keys})(,-?({keys}))*$"}
    if table.search:
        found["q"] = {"type": "string", "minLength": 1, "maxLength": MAX_SEARCH}
    for field in table.filters:
        found |= _filter_schemas(field)
    return [_parameter(name, schema) for name, schema in found.items()]


def _parameter(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    parameter: dict[str, Any] = {"name": name, "in": "query", "schema": schema}
    if schema.get("type") == "array":
        # The values stand in one parameter, between commas.
        parameter |= {"style": "form", "explode": False}
    return parameter


def _filter_schemas(field: Field[Any]) -> dict[str, dict[str, Any]]:
    schema = item = _unlimited(field.type)
    if isinstance(field.type, fields.Url):
        # Commas stand between addresses, so none can stand in one.
        item = {**schema, "allOf": [{"pattern": "^[^,]*$"}]}
    found = {
        field.key: schema,
        f"{field.key}.in": {
            "type": "array",
            "items": item,
            "minItems": 1,
            "maxItems": MAX_VALUES,
        },
    }
    if isinstance(field.type, _ORDERED):
        found |= {f"{field.key}.{name}": schema for name in _COMPARISONS}
    if field.optional:
        found[f"{field.key}.{json_name('is_null')}"] = {"type": "boolean"}
    return found


def _unlimited(kind: FieldType) -> dict[str, Any]:
    """The schema of a filter's value: the type without the limits of the field."""
    if isinstance(kind, fields.DecimalNumber):
        plain = fields.DecimalNumber(precision=kind.precision, scale=kind.scale).schema()
        return dict(plain["anyOf"][1])
    if isinstance(kind, fields.String):
        return {"type": "string"}
    if isinstance(kind, fields.Integer | fields.Float):
        return type(kind)().schema()
    return kind.schema()

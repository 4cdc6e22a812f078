"""What is answered: rows, pages of rows, and their validators (RFC 9110, section 8.8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel, ConfigDict
from pydantic_core import to_json

from app.core import fields
from app.core.naming import json_name
from app.project import BASE_PATH


def wire_name(name: str) -> str:
    """The JSON key of an attribute; `class_` stands for `class`, a word reserved in Python."""
    return json_name(name.removesuffix("_"))


class Wire(BaseModel):
    """Base of everything that is read from or written to JSON."""

    model_config = ConfigDict(
        alias_generator=wire_name,
        serialize_by_alias=True,
        json_schema_serialization_defaults_required=True,
        protected_namespaces=(),
    )


class Answer(Wire):
    """A row as callers see it. What `expand` and `includeDeleted` add is extra."""

    model_config = ConfigDict(extra="allow")

    id: Annotated[UUID, fields.Identifier()]
    created_at: Annotated[datetime, fields.DateTime()]
    updated_at: Annotated[datetime, fields.DateTime()]
    version: Annotated[int, fields.Integer(min=1)]


A = TypeVar("A", bound=Wire)


class OffsetPage(Wire, Generic[A]):
    """A part of a list, and how long the whole list is."""

    items: list[A]
    total: int
    limit: int
    offset: int


class CursorPage(Wire, Generic[A]):
    """A part of a list, and where the next part begins; null at the end."""

    items: list[A]
    next_cursor: str | None


@dataclass(frozen=True)
class Page(Generic[A]):
    """Rows of one page with what stands beside them: `total`, `limit`, ... or `nextCursor`."""

    items: Sequence[A]
    frame: dict[str, Any]


def page(found: Page[A]) -> Response:
    """200 with a page."""
    frame = {json_name(key): value for key, value in found.frame.items()}
    return _json({"items": found.items, **frame})


def row(answer: Answer, if_none_match: str | None = None) -> Response:
    """200 with a row and its ETag, or 304 when the client has it already.

    A row with expanded relations has no ETag: its version does not speak for them.
    """
    tag = f'"{answer.version}"'
    if answer.model_extra and set(answer.model_extra) - {json_name("deleted_at")}:
        return _json(answer)
    if if_none_match is not None and matches(if_none_match, tag):
        return Response(status_code=304, headers={"ETag": tag})
    return _json(answer, headers={"ETag": tag})


def created(answer: Answer, collection: str) -> Response:
    """201 with the new row and its place in a collection."""
    return _json(
        answer,
        status_code=201,
        headers={
            "Location": f"{BASE_PATH}/{collection}/{answer.id}",
            "ETag": f'"{answer.version}"',
        },
    )


def no_content() -> Response:
    """204."""
    return Response(status_code=204)


def _json(content: Any, status_code: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(to_json(content), status_code, headers, "application/json")


def matches(header: str, tag: str) -> bool:
    """Whether a list of entity tags (`"1", W/"2"` or `*`) names this one, weakly compared."""
    tags = [each.strip().removeprefix("W/") for each in header.split(",")]
    return header.strip() == "*" or tag in tags

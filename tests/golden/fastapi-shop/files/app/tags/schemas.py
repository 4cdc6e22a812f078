"""Tags as JSON."""

from typing import Annotated
from uuid import UUID

from app.core import fields
from app.core.answers import Answer, OffsetPage, Wire
from app.core.bodies import Body


class TagFields(Wire):
    """What is both accepted and answered."""

    name: Annotated[str, fields.String(min=2, max=30, example="bestseller")]


class TagCreate(TagFields, Body):
    """A new tag."""


class TagReplace(TagCreate):
    """A whole tag: what is left out becomes its default."""


class TagPatch(TagCreate, partial=True):
    """Changes of a tag: what is left out keeps its value."""


class Tag(TagFields, Answer):
    """A word that products are found by."""

    owner_id: Annotated[UUID | None, fields.Identifier()]


class TagList(OffsetPage[Tag]):
    """A page of tags."""

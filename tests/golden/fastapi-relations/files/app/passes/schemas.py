"""Passes as JSON."""

from typing import Annotated
from uuid import UUID

from app.core import fields
from app.core.answers import Answer, OffsetPage, Wire
from app.core.bodies import Body


class PassFields(Wire):
    """What is both accepted and answered."""

    number: Annotated[str, fields.String(min=4, max=12, example="NUM-0001")]
    member_id: Annotated[UUID, fields.Identifier()]


class PassCreate(PassFields, Body):
    """A new pass."""


class PassReplace(PassCreate):
    """A whole pass: what is left out becomes its default."""


class PassPatch(PassCreate, partial=True):
    """Changes of a pass: what is left out keeps its value."""


class Pass(PassFields, Answer):
    """A pass as callers see it."""

    owner_id: Annotated[UUID | None, fields.Identifier()]


class PassList(OffsetPage[Pass]):
    """A page of passes."""

"""Clubs as JSON."""

from typing import Annotated
from uuid import UUID

from app.core import fields
from app.core.answers import Answer, OffsetPage, Wire
from app.core.bodies import Body


class ClubFields(Wire):
    """What is both accepted and answered."""

    name: Annotated[str, fields.String(min=2, max=60, example="Night Train")]


class ClubCreate(ClubFields, Body):
    """A new club."""


class ClubReplace(ClubCreate):
    """A whole club: what is left out becomes its default."""


class ClubPatch(ClubCreate, partial=True):
    """Changes of a club: what is left out keeps its value."""


class Club(ClubFields, Answer):
    """A club as callers see it."""

    owner_id: Annotated[UUID | None, fields.Identifier()]


class ClubList(OffsetPage[Club]):
    """A page of clubs."""

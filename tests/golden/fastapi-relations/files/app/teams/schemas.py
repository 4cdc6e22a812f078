"""Teams as JSON."""

from typing import Annotated
from uuid import UUID

from app.core import fields
from app.core.answers import Answer, CursorPage, Wire
from app.core.bodies import Body


class TeamFields(Wire):
    """What is both accepted and answered."""

    name: Annotated[str, fields.String(min=2, max=60, example="Night Train")]
    club_id: Annotated[UUID, fields.Identifier()]
    coach_id: Annotated[UUID | None, fields.Identifier()] = None
    parent_id: Annotated[UUID | None, fields.Identifier()] = None


class TeamCreate(TeamFields, Body):
    """A new team."""


class TeamReplace(TeamCreate):
    """A whole team: what is left out becomes its default."""


class TeamPatch(TeamCreate, partial=True):
    """Changes of a team: what is left out keeps its value."""


class Team(TeamFields, Answer):
    """A team as callers see it."""

    owner_id: Annotated[UUID | None, fields.Identifier()]


class TeamList(CursorPage[Team]):
    """A page of teams."""

"""Members as JSON."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.core import fields
from app.core.answers import Answer, OffsetPage, Wire
from app.core.bodies import Body


class MemberFields(Wire):
    """What is both accepted and answered."""

    name: Annotated[str, fields.String(min=2, max=100, example="Night Train")]
    joined: Annotated[date, fields.Date(example="2026-01-31")] = Field(default_factory=fields.today)
    team_ids: Annotated[list[UUID], fields.Links()] = Field(default_factory=list)


class MemberCreate(MemberFields, Body):
    """A new member."""

    secret: Annotated[str | None, fields.String(max=40, example="secret 1")] = None


class MemberReplace(MemberCreate, keeps=["secret"]):
    """A whole member: what is left out becomes its default."""


class MemberPatch(MemberCreate, partial=True):
    """Changes of a member: what is left out keeps its value."""


class Member(MemberFields, Answer):
    """A member as callers see it."""

    owner_id: Annotated[UUID | None, fields.Identifier()]


class MemberList(OffsetPage[Member]):
    """A page of members."""

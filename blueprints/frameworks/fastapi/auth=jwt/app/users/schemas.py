"""Users as JSON."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, JsonValue

from app.auth.password_policy import Password
from app.core import fields
from app.core.answers import OffsetPage, Wire
from app.core.bodies import Body
from app.core.naming import json_name
from app.users import models
from app.users.roles import Role

PersonName = Annotated[str, fields.String(min=1, max=100, example="Ada Lovelace")]
Email = Annotated[str, fields.Email(example="ada@example.com")]
RoleName = Annotated[Role, fields.Choice(values=Role, example="user")]
Active = Annotated[bool, fields.Boolean(example=True)]

USER_EXAMPLE: dict[str, JsonValue] = {
    "id": "0197d1c0-5c3e-7b6a-9d55-2f6c1c8a4e10",
    "email": "ada@example.com",
    "name": "Ada Lovelace",
    "role": "user",
    "active": True,
    json_name("created_at"): "2026-01-02T03:04:05.678Z",
    json_name("updated_at"): "2026-01-02T03:04:05.678Z",
}


class User(Wire):
    """A user as others see him; never a password or its hash."""

    model_config = ConfigDict(json_schema_extra={"examples": [USER_EXAMPLE]})

    id: Annotated[UUID, fields.Identifier()]
    email: Email
    name: PersonName
    role: RoleName
    active: Active
    created_at: Annotated[datetime, fields.DateTime()]
    updated_at: Annotated[datetime, fields.DateTime()]

    @classmethod
    def of(cls, user: models.User) -> "User":
        """The answer for a row."""
        return cls.model_construct(**{name: getattr(user, name) for name in cls.model_fields})


class UserList(OffsetPage[User]):
    """A page of users."""


class UserCreate(Body):
    """A user that an admin makes."""

    email: Email
    password: Password
    name: PersonName
    role: RoleName


class UserPatch(Body, partial=True):
    """What an admin changes; a key left out keeps its value."""

    name: PersonName
    role: RoleName
    active: Active

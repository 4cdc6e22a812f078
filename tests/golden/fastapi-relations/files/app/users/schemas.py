"""Users as JSON."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from app.auth.password_policy import Password
from app.core import fields
from app.core.answers import OffsetPage, Wire
from app.core.bodies import Body
from app.users import models
from app.users.roles import Role

PersonName = Annotated[str, fields.String(min=1, max=100, example="Ada Lovelace")]
Email = Annotated[str, fields.Email(example="ada@example.com")]
RoleName = Annotated[Role, fields.Choice(values=Role, example="user")]
Active = Annotated[bool, fields.Boolean(example=True)]


class User(Wire):
    """A user as others see him; never a password or its hash."""

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


# What only the server sets: answered, but in no body.
READ_ONLY = frozenset(User.model_fields).difference(UserCreate.model_fields, UserPatch.model_fields)

"""Users as other rows refer to them: their id and name, which whoever sees the row may see."""

from typing import Annotated
from uuid import UUID

from app.core import fields
from app.core.access import Access
from app.core.answers import Wire
from app.core.repository import Target
from app.users.models import User


class UserReference(Wire):
    """Who a user is, without his account."""

    id: Annotated[UUID, fields.Identifier()]
    name: Annotated[str, fields.String(max=100)]


USERS = Target(User, UserReference, name="User", access=Access(read="public"))

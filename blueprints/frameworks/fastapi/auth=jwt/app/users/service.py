"""Users, as admins see and change them."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.passwords import hash_password
from app.auth.sessions import revoke_sessions
from app.core.answers import Page
from app.core.bodies import merge_patch
from app.core.database import Database
from app.core.errors import conflict, not_found
from app.core.listing import ListTable, Query
from app.core.unique import flush, transaction
from app.users import models
from app.users.reference import USERS
from app.users.roles import Role
from app.users.schemas import User, UserCreate, UserPatch

USER_LIST = ListTable(
    models.User,
    User,
    filters=("email", "role", "active"),
    sort=("email", "name", "role", "active", "created_at", "updated_at"),
)


class UserService:
    """Use cases of the admin endpoints; each is one transaction."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def read(self, user_id: UUID) -> models.User:
        """Return a user; 404 for an unknown one."""
        async with self.database.read() as session:
            user = await session.get(models.User, user_id)
        if user is None:
            raise not_found("There is no such user.")
        return user

    async def list(self, query: Query) -> Page[User]:
        """Return a page of users; 400 for what the list does not understand."""
        wanted = USER_LIST.read(query)
        query.require_valid()
        async with self.database.read() as session:
            rows, frame = await USER_LIST.fetch(session, select(models.User), wanted)
        return Page([User.of(row) for row in rows], frame)

    async def create(self, body: UserCreate) -> models.User:
        """Make a user of any role; 409 when the address or another unique value is taken."""
        values = body.values()
        password = values.pop("password")
        user = models.User(**values, password_hash=await hash_password(password))
        async with transaction(self.database, USERS) as session:
            session.add(user)
            await flush(session, user)
        return user

    async def update(self, user_id: UUID, body: UserPatch) -> models.User:
        """Change a user; deactivation ends all sessions. 409 when no active admin would be left."""
        async with transaction(self.database, USERS) as session:
            # Two admins who demote each other at the same time go one after the other.
            await self.database.lock(session, "admins")
            user = await session.get(models.User, user_id)
            if user is None:
                raise not_found("There is no such user.")
            was_admin = _is_active_admin(user)
            for name in body.model_fields_set:
                value = getattr(body, name)
                if isinstance(value, dict):
                    value = merge_patch(getattr(user, name), value)
                setattr(user, name, value)
            demoted = was_admin and not _is_active_admin(user)
            if demoted and not await _other_admin(session, user):
                raise conflict("This is the last active admin.")
            await flush(session, user)
            if not user.active:
                await revoke_sessions(session, user.id)
        return user


def _is_active_admin(user: models.User) -> bool:
    return user.role == Role.ADMIN and user.active


async def _other_admin(session: AsyncSession, user: models.User) -> bool:
    with session.no_autoflush:
        others = await session.scalar(
            select(func.count())
            .select_from(models.User)
            .where(
                models.User.role == Role.ADMIN,
                models.User.active.is_(True),
                models.User.id != user.id,
            )
        )
    return bool(others)

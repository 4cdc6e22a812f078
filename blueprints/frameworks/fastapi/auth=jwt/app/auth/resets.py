"""Tokens that set a new password, sent by mail."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.config import AuthSettings
from app.auth.models import PasswordReset
from app.auth.tokens import hash_secret, new_secret
from app.core.database import Database, changed, now_ms
from app.users.models import User


async def make_reset_token(database: Database, email: str, settings: AuthSettings) -> str | None:
    """Make the token for a reset mail; None when no active account has the address."""
    token, token_hash = new_secret()
    async with database.write() as session:
        user_id = await session.scalar(
            select(User.id).where(User.email == email, User.active.is_(True))
        )
        if user_id is None:
            return None
        session.add(
            PasswordReset(
                user_id=user_id,
                token_hash=token_hash,
                expires_at=now_ms() + timedelta(seconds=settings.reset_token_seconds),
            )
        )
    return token


async def find_reset(database: Database, token: str) -> PasswordReset | None:
    """The reset of a token that is neither used nor expired."""
    query = select(PasswordReset).where(
        PasswordReset.token_hash == hash_secret(token),
        PasswordReset.used_at.is_(None),
        PasswordReset.expires_at > now_ms(),
    )
    async with database.read() as session:
        return await session.scalar(query)


async def drop_resets(session: AsyncSession, user_id: UUID) -> None:
    """Let no link that was mailed before set a password any more."""
    await session.execute(
        update(PasswordReset)
        .where(PasswordReset.user_id == user_id, PasswordReset.used_at.is_(None))
        .values(used_at=now_ms())
    )


async def use_reset(session: AsyncSession, reset_id: UUID) -> bool:
    """Use a reset up; False when somebody else was faster."""
    used = await session.execute(
        update(PasswordReset)
        .where(PasswordReset.id == reset_id, PasswordReset.used_at.is_(None))
        .values(used_at=now_ms())
    )
    return changed(used)

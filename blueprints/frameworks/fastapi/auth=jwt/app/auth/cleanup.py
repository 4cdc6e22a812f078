"""Removes what accounts leave behind: old tokens, ended sessions, forgotten failures."""

from datetime import timedelta

from sqlalchemy import delete, exists, or_

from app.auth.config import AuthSettings
from app.auth.models import LoginFailure, PasswordReset, RefreshToken, Session
from app.core.database import Database, now_ms


async def forget_old_sessions(database: Database, settings: AuthSettings) -> None:
    """Delete rows that can no longer change an answer."""
    now = now_ms()
    async with database.write() as session:
        old = now - timedelta(seconds=2 * settings.lockout_seconds)
        await session.execute(delete(LoginFailure).where(LoginFailure.at < old))
        await session.execute(delete(PasswordReset).where(PasswordReset.expires_at < now))
        await session.execute(delete(RefreshToken).where(RefreshToken.expires_at < now))
        # A session without any token left cannot be refreshed; its last access token is long dead.
        idle = now - timedelta(seconds=settings.access_token_seconds)
        alive = exists().where(RefreshToken.session_id == Session.id)
        await session.execute(
            delete(Session).where(
                Session.created_at < idle,
                or_(~alive, Session.revoked_at < idle),
            )
        )

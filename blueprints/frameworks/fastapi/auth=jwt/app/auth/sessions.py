"""Sessions and their chains of refresh tokens."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.config import AuthSettings
from app.auth.models import RefreshToken, Session
from app.auth.tokens import hash_secret, issue_access_token, new_secret
from app.core.database import Database, changed, now_ms, uuid7
from app.core.errors import ApiError, ErrorCode, unauthorized
from app.users.models import User


@dataclass(frozen=True)
class Tokens:
    """A fresh pair of tokens; `expires_in` is the life of the access token in seconds."""

    access_token: str
    refresh_token: str
    expires_in: int


async def start_session(session: AsyncSession, user_id: UUID, settings: AuthSettings) -> Tokens:
    """Log a user in: a new session with its first pair of tokens."""
    login = Session(id=uuid7(), user_id=user_id)
    session.add(login)
    await session.flush()
    return _issue(session, user_id, login.id, settings)


async def rotate(database: Database, refresh_token: str, settings: AuthSettings) -> Tokens:
    """Exchange a refresh token for a new pair; 401 for one that is unknown, old or used.

    A used token that comes back has been stolen, from here or from its owner: nobody can tell
    which, so the whole session ends.
    """
    now = now_ms()
    answer: Tokens | ApiError
    async with database.write() as session:
        query = (
            select(RefreshToken, Session.user_id, Session.revoked_at, User.active)
            .join(Session, Session.id == RefreshToken.session_id)
            .join(User, User.id == Session.user_id)
            .where(RefreshToken.token_hash == hash_secret(refresh_token))
        )
        row = (await session.execute(query)).one_or_none()
        if row is None or row.revoked_at is not None or not row.active:
            raise unauthorized("The refresh token is not valid.")
        token: RefreshToken = row.RefreshToken
        # Of two requests with one token, only one changes the row.
        claimed = await session.execute(
            update(RefreshToken)
            .where(RefreshToken.id == token.id, RefreshToken.used_at.is_(None))
            .values(used_at=now)
        )
        if not changed(claimed):
            await revoke_session(session, token.session_id)
            answer = unauthorized("The refresh token was used before; log in again.")
        elif token.expires_at <= now:
            answer = unauthorized("The refresh token has expired.", ErrorCode.TOKEN_EXPIRED)
        else:
            answer = _issue(session, row.user_id, token.session_id, settings)
    if isinstance(answer, ApiError):
        raise answer
    return answer


async def end_session(database: Database, refresh_token: str) -> None:
    """Log out: end the session of a refresh token, if there is one."""
    query = select(RefreshToken.session_id).where(
        RefreshToken.token_hash == hash_secret(refresh_token)
    )
    async with database.write() as session:
        session_id = await session.scalar(query)
        if session_id is not None:
            await revoke_session(session, session_id)


async def revoke_session(session: AsyncSession, session_id: UUID) -> None:
    """End one session; its access tokens die with it."""
    await session.execute(
        update(Session)
        .where(Session.id == session_id, Session.revoked_at.is_(None))
        .values(revoked_at=now_ms())
    )


async def revoke_sessions(
    session: AsyncSession,
    user_id: UUID,
    keep: UUID | None = None,
) -> None:
    """End all sessions of a user, but perhaps the one he is using."""
    statement = update(Session).where(Session.user_id == user_id, Session.revoked_at.is_(None))
    if keep is not None:
        statement = statement.where(Session.id != keep)
    await session.execute(statement.values(revoked_at=now_ms()))


def _issue(
    session: AsyncSession,
    user_id: UUID,
    session_id: UUID,
    settings: AuthSettings,
) -> Tokens:
    token, token_hash = new_secret()
    session.add(
        RefreshToken(
            session_id=session_id,
            token_hash=token_hash,
            expires_at=now_ms() + timedelta(seconds=settings.refresh_token_seconds),
        )
    )
    access_token = issue_access_token(user_id, session_id, settings)
    return Tokens(access_token, token, settings.access_token_seconds)

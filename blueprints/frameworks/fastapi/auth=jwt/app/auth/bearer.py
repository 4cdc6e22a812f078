"""From an `Authorization` header to a user, by way of the token and its session."""

from dataclasses import dataclass
from typing import cast
from uuid import UUID

from fastapi import Request
from sqlalchemy import select

from app.auth.models import Session
from app.auth.tokens import AccessClaims, read_access_token
from app.core.database import Database
from app.core.errors import ApiError, unauthorized
from app.users.models import User


@dataclass(frozen=True)
class Identity:
    """A logged-in user, as the database knows him now."""

    user_id: UUID
    role: str
    session_id: UUID


async def authenticate(request: Request, database: Database) -> Identity | None:
    """Return the user of the token, or None without one.

    Raises 401 for a token that is malformed, expired, revoked or of a deactivated user. The role
    comes from the database, so a change of it acts at once.
    """
    claims = _claims(request)
    if claims is None:
        return None
    query = (
        select(User.id, User.role)
        .join(Session, Session.user_id == User.id)
        .where(
            User.id == claims.user_id,
            User.active.is_(True),
            Session.id == claims.session_id,
            Session.revoked_at.is_(None),
        )
    )
    async with database.read() as session:
        row = (await session.execute(query)).first()
    if row is None:
        raise unauthorized("The session has ended.")
    return Identity(row.id, row.role, claims.session_id)


def claimed_user(request: Request) -> UUID | None:
    """The user of a valid token, without asking the database; None for a bad one."""
    try:
        claims = _claims(request)
        return claims.user_id if claims else None
    except ApiError:
        return None


def _claims(request: Request) -> AccessClaims | None:
    """What the token says. It is asked for twice, by the limits first, and read once."""
    state = request.scope["state"]
    if "claims" not in state:
        token = _bearer_token(request)
        state["claims"] = token and read_access_token(token, request.app.state.settings)
    return cast("AccessClaims | None", state["claims"])


def _bearer_token(request: Request) -> str | None:
    header = request.headers.get("authorization")
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise unauthorized("Send a bearer token.")
    return token.strip()

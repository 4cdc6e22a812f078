"""Locks an address after too many failed logins, whether or not it has an account."""

import math
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.config import AuthSettings
from app.auth.models import LoginFailure
from app.core.database import now_ms
from app.core.errors import ApiError, ErrorCode


async def check_not_locked(session: AsyncSession, email: str, settings: AuthSettings) -> None:
    """Raise 429 while the address is locked.

    It is locked when its last `LOCKOUT_ATTEMPTS` failures lie within `LOCKOUT_SECONDS`, and stays
    so for as long again after the last of them. Attempts while locked are not counted.
    """
    window = timedelta(seconds=settings.lockout_seconds)
    query = (
        select(LoginFailure.at)
        .where(LoginFailure.email == email)
        .order_by(LoginFailure.at.desc())
        .limit(settings.lockout_attempts)
    )
    failures = (await session.scalars(query)).all()
    if len(failures) < settings.lockout_attempts or failures[0] - failures[-1] > window:
        return
    left = (failures[0] + window - now_ms()).total_seconds()
    if left > 0:
        raise ApiError(
            429,
            ErrorCode.ACCOUNT_LOCKED,
            "Too many failed logins for this address; try again later.",
            headers={"Retry-After": str(math.ceil(left))},
        )


def record_failure(session: AsyncSession, email: str) -> None:
    """Count a failed login."""
    session.add(LoginFailure(email=email))


async def clear_failures(session: AsyncSession, email: str) -> None:
    """Forget the failures of an address, after a login that succeeded."""
    await session.execute(delete(LoginFailure).where(LoginFailure.email == email))

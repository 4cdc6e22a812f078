"""Tables of sessions, refresh tokens, password resets and failed logins."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base, CodepointString, UtcDateTime, Uuid, now_ms, uuid7


class Session(Base):
    """One login on one device; its tokens die with it."""

    __tablename__ = "sessions"
    __table_args__ = (Index(None, "user_id"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid7)
    user_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("users.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now_ms)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RefreshToken(Base):
    """One link of a session's chain of refresh tokens, kept after use to notice a replay."""

    __tablename__ = "refresh_tokens"
    __table_args__ = (
        Index("uq_refresh_tokens_token_hash", "token_hash", unique=True),
        Index(None, "session_id"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid7)
    session_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("sessions.id", ondelete="CASCADE"))
    token_hash: Mapped[str] = mapped_column(CodepointString(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now_ms)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PasswordReset(Base):
    """A mailed token that sets a new password, once."""

    __tablename__ = "password_resets"
    __table_args__ = (
        Index("uq_password_resets_token_hash", "token_hash", unique=True),
        Index(None, "user_id"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid7)
    user_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("users.id", ondelete="CASCADE"))
    token_hash: Mapped[str] = mapped_column(CodepointString(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now_ms)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LoginFailure(Base):
    """A failed login for an address, whether or not there is an account for it."""

    __tablename__ = "login_failures"
    __table_args__ = (Index(None, "email", "at"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid7)
    email: Mapped[str] = mapped_column(CodepointString(254))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now_ms)

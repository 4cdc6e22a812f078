"""The table of users."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, Index, true
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base, CodepointString, UtcDateTime, Uuid, now_ms, uuid7


class User(Base):
    """A person with an account. `email` is kept trimmed and in lower case."""

    __tablename__ = "users"
    __table_args__ = (
        Index("uq_users_email", "email", unique=True),
        Index(None, "created_at"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid7)
    email: Mapped[str] = mapped_column(CodepointString(254))
    name: Mapped[str] = mapped_column(CodepointString(100))
    role: Mapped[str] = mapped_column(CodepointString(40))
    active: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    password_hash: Mapped[str] = mapped_column(CodepointString(255))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now_ms)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now_ms, onupdate=now_ms)

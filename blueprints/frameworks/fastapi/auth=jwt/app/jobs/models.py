"""The table of jobs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base, CodepointString, UtcDateTime, Uuid, now_ms, uuid7


class Job(Base):
    """Work that was asked for in a transaction and is done after it. Done jobs are deleted."""

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint("status IN ('pending', 'failed')", name="status"),
        Index(None, "status", "run_at"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid7)
    name: Mapped[str] = mapped_column(CodepointString(100))
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON)
    status: Mapped[str] = mapped_column(CodepointString(10), default="pending")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    run_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now_ms)
    error: Mapped[str | None] = mapped_column(CodepointString())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now_ms)

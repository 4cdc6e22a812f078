"""The tables of jobs and of their schedules."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base, CodepointString, UtcDateTime, Uuid, now_ms, uuid7


class Job(Base):
    """Work that was asked for in a transaction and is done after it. Done jobs are deleted.

    Whoever runs a job has it until `run_at`, and says so again and again while it runs.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint("queue IN ('high', 'default', 'low')", name="queue"),
        CheckConstraint("status IN ('pending', 'failed')", name="status"),
        Index(None, "status", "run_at"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid7)
    name: Mapped[str] = mapped_column(CodepointString(100))
    queue: Mapped[str] = mapped_column(CodepointString(10), default="default")
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON)
    status: Mapped[str] = mapped_column(CodepointString(10), default="pending")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    run_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now_ms)
    # When a queue was last told of it.
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(CodepointString())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now_ms)


class JobSchedule(Base):
    """When a job was last asked for by its schedule."""

    __tablename__ = "schedules"

    name: Mapped[str] = mapped_column(CodepointString(100), primary_key=True)
    fired_at: Mapped[datetime] = mapped_column(UtcDateTime)

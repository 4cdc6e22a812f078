"""The table of approvals."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base, CodepointString, UtcDateTime, Uuid, now_ms, uuid7


class Approval(Base):
    """A write that waits for consent, and what became of it.

    `approvers` are the names that may decide, each between spaces: roles, and `owner`, who is
    `owner_id`. `row_version` is what the row was when the write was asked for.
    """

    __tablename__ = "approvals"
    __table_args__ = (
        CheckConstraint(
            "status IN ('pending', 'approved', 'rejected', 'outdated')",
            name="status",
        ),
        Index(None, "requested_by"),
        Index(None, "decided_by"),
        Index(None, "entity", "row_id"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid7)
    entity: Mapped[str] = mapped_column(CodepointString(40))
    row_id: Mapped[UUID | None] = mapped_column(Uuid)
    row_version: Mapped[int | None] = mapped_column(Integer)
    owner_id: Mapped[UUID | None] = mapped_column(Uuid)
    action: Mapped[str] = mapped_column(CodepointString(10))
    status: Mapped[str] = mapped_column(CodepointString(10), default="pending")
    reason: Mapped[str | None] = mapped_column(CodepointString(500))
    approvers: Mapped[str] = mapped_column(CodepointString())
    change: Mapped[dict[str, Any]] = mapped_column(JSON)
    requested_by: Mapped[UUID | None] = mapped_column(
        Uuid, ForeignKey("users.id", ondelete="RESTRICT")
    )
    decided_by: Mapped[UUID | None] = mapped_column(
        Uuid, ForeignKey("users.id", ondelete="RESTRICT")
    )
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now_ms)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

"""Who changed what: one entry per write, in the same transaction."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core import fields
from app.core.answers import OffsetPage, Wire
from app.core.database import Base, CodepointString, UtcDateTime, Uuid, now_ms, uuid7
from app.core.listing import ListTable


class AuditRow(Base):
    """One write to one row; `before` and `after` hold the changed keys only."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index(None, "entity", "row_id", "id"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid7)
    entity: Mapped[str] = mapped_column(CodepointString(40))
    row_id: Mapped[UUID] = mapped_column(Uuid)
    action: Mapped[str] = mapped_column(CodepointString(10))
    actor_id: Mapped[UUID | None] = mapped_column(Uuid)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now_ms)
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class AuditEntry(Wire):
    """A write to a row: who, when, and the changed keys; private fields are masked."""

    id: Annotated[UUID, fields.Identifier()]
    action: Literal["create", "update", "delete", "restore"]
    actor_id: Annotated[UUID | None, fields.Identifier(doc="The user who wrote, if logged in")]
    at: Annotated[datetime, fields.DateTime()]
    before: Annotated[dict[str, Any] | None, fields.JsonObject()]
    after: Annotated[dict[str, Any] | None, fields.JsonObject()]


class AuditEntryList(OffsetPage[AuditEntry]):
    """A page of audit entries, oldest first."""


AUDIT_LIST = ListTable(
    AuditRow,
    AuditEntry,
)

"""What the tables of all resources have in common."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Computed, ForeignKey, Index, Integer, SmallInteger, text
from sqlalchemy.orm import Mapped, MappedColumn, declared_attr, mapped_column

from app.core.database import Base, UtcDateTime, Uuid, now_ms, uuid7

SERVER_SET = ("id", "created_at", "updated_at", "version", "owner_id", "deleted_at")


class Row(Base):
    """A row with an identity, its times (UTC) and a version that each write adds 1 to."""

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid7)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now_ms, index=True)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now_ms)
    version: Mapped[int] = mapped_column(Integer, default=1)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        # UPDATE ... WHERE id = ? AND version = ?, so that no write is lost.
        return {"version_id_col": cls.version, "version_id_generator": False}


class SoftDeleted:
    """A row that stays in its table when it is deleted."""

    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Owned:
    """A row that belongs to the user who created it; rows from the seed have no owner."""

    owner_id: Mapped[UUID | None] = mapped_column(
        Uuid, ForeignKey("users.id", ondelete="RESTRICT"), index=True
    )


def unique_key(name: str, *columns: str, live: bool = False) -> Index:
    """A unique key. With `live` it counts only rows that are not deleted."""
    where = text("deleted_at IS NULL") if live else None
    return Index(name, *columns, unique=True, postgresql_where=where, sqlite_where=where)


def live_column() -> MappedColumn[int | None]:
    """A column of unique keys where an index cannot leave rows out: 1, null in deleted rows."""
    live = Computed("CASE WHEN deleted_at IS NULL THEN 1 END", persisted=False)
    return mapped_column(SmallInteger, live, deferred=True)

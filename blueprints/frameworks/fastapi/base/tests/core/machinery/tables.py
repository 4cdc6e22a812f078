"""Tables of the tests alone: every form of relation and deletion, whatever this service keeps.

Folder  kept when it is deleted, audited, owned; may lie in another folder, may have a tag
Note    of a folder, goes with it; audited, linked to tags
Pin     of a folder, which it holds back from deletion
Card    of at most one folder, each of at most one card; stays without it
Slip    of a tag, kept when it is deleted, although its tag is not
Tag     goes for good
"""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Boolean, Column, Date, ForeignKey, Index, Integer, Table
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base, CodepointString, ScaledDecimal, Uuid
from app.core.rows import Row, SoftDeleted, live_column, unique_key
from app.project import DATABASES

# No entity has a name that gives two underscores.
PREFIX = "machinery__"
# What joins a unique key where an index cannot leave rows out.
LIVE = ("live",) if "mysql" in DATABASES else ()
_FOLDER = f"{PREFIX}folders.id"
_TAG = f"{PREFIX}tags.id"


class Tag(Row):
    """Something that others may be found by."""

    __tablename__ = f"{PREFIX}tags"

    name: Mapped[str] = mapped_column(CodepointString(40))


class Folder(SoftDeleted, Row):
    """Something that others lie in."""

    __tablename__ = f"{PREFIX}folders"
    __table_args__ = (unique_key(f"uq_{PREFIX}folders_name", "name", *LIVE, live=True),)

    if LIVE:
        live: Mapped[int | None] = live_column()

    # Without a foreign key: not every service has users.
    owner_id: Mapped[UUID | None] = mapped_column(Uuid)
    name: Mapped[str] = mapped_column(CodepointString(40))
    secret: Mapped[str | None] = mapped_column(CodepointString(40))
    data: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    parent_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey(_FOLDER), index=True)
    tag_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey(_TAG), index=True)


class Note(Row):
    """Something with a value of each kind."""

    __tablename__ = f"{PREFIX}notes"

    text: Mapped[str] = mapped_column(CodepointString(40))
    stars: Mapped[int | None] = mapped_column(Integer)
    price: Mapped[Decimal | None] = mapped_column(ScaledDecimal(12, 2))
    done: Mapped[bool] = mapped_column(Boolean)
    day: Mapped[date | None] = mapped_column(Date)
    folder_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey(_FOLDER), index=True)


class Pin(Row):
    """Something that holds a folder."""

    __tablename__ = f"{PREFIX}pins"

    folder_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey(_FOLDER), index=True)


class Card(Row):
    """Something that a folder has one of."""

    __tablename__ = f"{PREFIX}cards"

    number: Mapped[int | None] = mapped_column(Integer, unique=True)
    folder_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey(_FOLDER), unique=True)


class Slip(SoftDeleted, Row):
    """Something that cannot be without a tag."""

    __tablename__ = f"{PREFIX}slips"

    tag_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey(_TAG), index=True)


note_tags = Table(
    f"{PREFIX}note_tags",
    Base.metadata,
    Column("note_id", Uuid, ForeignKey(f"{PREFIX}notes.id"), primary_key=True),
    Column("tag_id", Uuid, ForeignKey(_TAG), primary_key=True),
    Index(f"ix_{PREFIX}note_tags_tag_id", "tag_id"),
)


def is_ours(name: str) -> bool:
    """Whether a table is one of these, which no migration knows."""
    return name.startswith(PREFIX)


TABLES = [table for name, table in Base.metadata.tables.items() if is_ours(name)]

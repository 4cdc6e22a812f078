"""The table of notes."""

from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import CodepointString
from app.core.rows import Row


class Note(Row):
    """A note as it is stored."""

    __tablename__ = "notes"

    text: Mapped[str] = mapped_column(CodepointString)

"""The table of passes."""

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import CodepointString, Uuid
from app.core.rows import Owned, Row, unique_key


class Pass(Owned, Row):
    """A pass as it is stored."""

    __tablename__ = "passes"
    __table_args__ = (
        unique_key("uq_passes_number", "number"),
        unique_key("uq_passes_member_id", "member_id"),
    )

    number: Mapped[str] = mapped_column(CodepointString(12))
    member_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("members.id", ondelete="CASCADE"))

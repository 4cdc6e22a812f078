"""The table of teams."""

from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import CodepointString, Uuid
from app.core.rows import Owned, Row, SoftDeleted, unique_key


class Team(Owned, SoftDeleted, Row):
    """A team as it is stored."""

    __tablename__ = "teams"
    __table_args__ = (
        unique_key("uq_teams_club_id_name", "club_id", "name", live=True),
        Index("ix_teams_club_id", "club_id"),
        Index("ix_teams_coach_id", "coach_id"),
        Index("ix_teams_parent_id", "parent_id"),
    )

    name: Mapped[str] = mapped_column(CodepointString(60))
    club_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("clubs.id", ondelete="CASCADE"))
    coach_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("users.id", ondelete="RESTRICT"))
    parent_id: Mapped[UUID | None] = mapped_column(
        Uuid,
        ForeignKey("teams.id", ondelete="SET NULL"),
    )

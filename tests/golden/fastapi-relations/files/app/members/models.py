"""The table of members."""

from datetime import date

from sqlalchemy import Column, Date, ForeignKey, Index, Table
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base, CodepointString, Uuid
from app.core.rows import Owned, Row

member_teams = Table(
    "member_teams",
    Base.metadata,
    Column(
        "member_id",
        Uuid,
        ForeignKey("members.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column(
        "team_id",
        Uuid,
        ForeignKey("teams.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Index("ix_member_teams_team_id", "team_id"),
)


class Member(Owned, Row):
    """A member as it is stored."""

    __tablename__ = "members"

    name: Mapped[str] = mapped_column(CodepointString(100))
    secret: Mapped[str | None] = mapped_column(CodepointString(40))
    joined: Mapped[date] = mapped_column(Date)

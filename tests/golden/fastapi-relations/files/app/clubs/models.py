"""The table of clubs."""

from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import CodepointString
from app.core.rows import Owned, Row, unique_key


class Club(Owned, Row):
    """A club as it is stored."""

    __tablename__ = "clubs"
    __table_args__ = (unique_key("uq_clubs_name", "name"),)

    name: Mapped[str] = mapped_column(CodepointString(60))

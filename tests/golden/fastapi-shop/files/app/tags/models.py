"""The table of tags."""

from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import CodepointString
from app.core.rows import Owned, Row, unique_key


class Tag(Owned, Row):
    """A word that products are found by."""

    __tablename__ = "tags"
    __table_args__ = (unique_key("uq_tags_name", "name"),)

    name: Mapped[str] = mapped_column(CodepointString(30))

"""The table of suppliers."""

from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import CodepointString
from app.core.rows import Owned, Row, unique_key


class Supplier(Owned, Row):
    """A company that products are bought from."""

    __tablename__ = "suppliers"
    __table_args__ = (unique_key("uq_suppliers_name", "name"),)

    name: Mapped[str] = mapped_column(CodepointString(100))
    email: Mapped[str] = mapped_column(CodepointString(254))
    website: Mapped[str | None] = mapped_column(CodepointString(2048))
    phone: Mapped[str | None] = mapped_column(CodepointString(20))

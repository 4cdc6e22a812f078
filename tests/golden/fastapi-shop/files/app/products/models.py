"""The table of products."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import Boolean, Column, ForeignKey, Index, Table
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base, CodepointString, ScaledDecimal, Uuid
from app.core.rows import Owned, Row, SoftDeleted

product_tags = Table(
    "product_tags",
    Base.metadata,
    Column(
        "product_id",
        Uuid,
        ForeignKey("products.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column(
        "tag_id",
        Uuid,
        ForeignKey("tags.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Index("ix_product_tags_tag_id", "tag_id"),
)


class Product(Owned, SoftDeleted, Row):
    """Something that is sold."""

    __tablename__ = "products"
    __table_args__ = (Index("ix_products_supplier_id", "supplier_id"),)

    name: Mapped[str] = mapped_column(CodepointString(100))
    price: Mapped[Decimal] = mapped_column(ScaledDecimal(12, 2))
    category: Mapped[str] = mapped_column(CodepointString(40))
    description: Mapped[str | None] = mapped_column(CodepointString)
    in_stock: Mapped[bool] = mapped_column(Boolean)
    supplier_id: Mapped[UUID | None] = mapped_column(
        Uuid,
        ForeignKey("suppliers.id", ondelete="RESTRICT"),
    )

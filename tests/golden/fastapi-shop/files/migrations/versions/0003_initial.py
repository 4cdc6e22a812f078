"""The tables of all entities."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from app.core.database import CodepointString, ScaledDecimal, UtcDateTime, Uuid

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "suppliers",
        sa.Column("id", Uuid(), nullable=False),
        sa.Column("name", CodepointString(100), nullable=False),
        sa.Column("email", CodepointString(254), nullable=False),
        sa.Column("website", CodepointString(2048), nullable=True),
        sa.Column("phone", CodepointString(20), nullable=True),
        sa.Column("owner_id", Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_suppliers"),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["users.id"],
            name="fk_suppliers_owner_id",
            ondelete="RESTRICT",
        ),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 100", name=op.f("ck_suppliers_name_length")),
        sa.CheckConstraint(
            "length(email) BETWEEN 3 AND 254",
            name=op.f("ck_suppliers_email_length"),
        ),
        sa.CheckConstraint(
            "length(website) BETWEEN 8 AND 2048",
            name=op.f("ck_suppliers_website_length"),
        ),
        sa.CheckConstraint("length(phone) <= 20", name=op.f("ck_suppliers_phone_length")),
    )
    op.create_index("uq_suppliers_name", "suppliers", ["name"], unique=True)
    op.create_index("ix_suppliers_owner_id", "suppliers", ["owner_id"])
    op.create_index("ix_suppliers_created_at", "suppliers", ["created_at"])
    op.create_table(
        "products",
        sa.Column("id", Uuid(), nullable=False),
        sa.Column("name", CodepointString(100), nullable=False),
        sa.Column("price", ScaledDecimal(12, 2), nullable=False),
        sa.Column("category", CodepointString(40), nullable=False),
        sa.Column("description", CodepointString(), nullable=True),
        sa.Column("in_stock", sa.Boolean(), nullable=False),
        sa.Column("supplier_id", Uuid(), nullable=True),
        sa.Column("owner_id", Uuid(), nullable=True),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_products"),
        sa.ForeignKeyConstraint(
            ["supplier_id"],
            ["suppliers.id"],
            name="fk_products_supplier_id",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["users.id"],
            name="fk_products_owner_id",
            ondelete="RESTRICT",
        ),
        sa.CheckConstraint("length(name) BETWEEN 2 AND 100", name=op.f("ck_products_name_length")),
        sa.CheckConstraint(
            "price > 0 AND price <= 999999999999",
            name=op.f("ck_products_price_range"),
        ),
        sa.CheckConstraint(
            "category IN ('book', 'toy', 'game')",
            name=op.f("ck_products_category_values"),
        ),
        sa.CheckConstraint(
            "length(description) <= 500",
            name=op.f("ck_products_description_length"),
        ),
        sa.CheckConstraint("in_stock IN (0, 1)", name=op.f("ck_products_in_stock_boolean")),
    )
    op.create_index("ix_products_supplier_id", "products", ["supplier_id"])
    op.create_index("ix_products_owner_id", "products", ["owner_id"])
    op.create_index("ix_products_created_at", "products", ["created_at"])
    op.create_table(
        "tags",
        sa.Column("id", Uuid(), nullable=False),
        sa.Column("name", CodepointString(30), nullable=False),
        sa.Column("owner_id", Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tags"),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["users.id"],
            name="fk_tags_owner_id",
            ondelete="RESTRICT",
        ),
        sa.CheckConstraint("length(name) BETWEEN 2 AND 30", name=op.f("ck_tags_name_length")),
    )
    op.create_index("uq_tags_name", "tags", ["name"], unique=True)
    op.create_index("ix_tags_owner_id", "tags", ["owner_id"])
    op.create_index("ix_tags_created_at", "tags", ["created_at"])
    op.create_table(
        "product_tags",
        sa.Column("product_id", Uuid(), nullable=False),
        sa.Column("tag_id", Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("product_id", "tag_id", name="pk_product_tags"),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["products.id"],
            name="fk_product_tags_product_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tag_id"],
            ["tags.id"],
            name="fk_product_tags_tag_id",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_product_tags_tag_id", "product_tags", ["tag_id"])
    op.create_table(
        "audit_entries",
        sa.Column("id", Uuid(), nullable=False),
        sa.Column("entity", CodepointString(40), nullable=False),
        sa.Column("row_id", Uuid(), nullable=False),
        sa.Column("action", CodepointString(10), nullable=False),
        sa.Column("actor_id", Uuid(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entries"),
        sa.CheckConstraint(
            "\"action\" IN ('create', 'update', 'delete', 'restore')",
            name=op.f("ck_audit_entries_action_values"),
        ),
        sa.CheckConstraint(
            "json_type(\"before\") = 'object'",
            name=op.f("ck_audit_entries_before_object"),
        ),
        sa.CheckConstraint(
            "json_type(\"after\") = 'object'",
            name=op.f("ck_audit_entries_after_object"),
        ),
    )
    op.create_index(
        "ix_audit_entries_entity_row_id_id",
        "audit_entries",
        ["entity", "row_id", "id"],
    )


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("audit_entries")
    op.drop_table("product_tags")
    op.drop_table("tags")
    op.drop_table("products")
    op.drop_table("suppliers")

"""The tables of all entities."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from app.core.database import CodepointString, UtcDateTime, Uuid

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "notes",
        sa.Column("id", Uuid(), nullable=False),
        sa.Column("text", CodepointString(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notes"),
        sa.CheckConstraint("length(text) BETWEEN 1 AND 2000", name=op.f("ck_notes_text_length")),
    )
    op.create_index("ix_notes_created_at", "notes", ["created_at"])
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
    op.drop_table("notes")

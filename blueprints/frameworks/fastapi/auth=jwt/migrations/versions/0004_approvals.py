"""Writes that wait for consent."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from app.core.database import CodepointString, UtcDateTime, Uuid

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "approvals",
        sa.Column("id", Uuid(), nullable=False),
        sa.Column("entity", CodepointString(40), nullable=False),
        sa.Column("row_id", Uuid(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=True),
        sa.Column("owner_id", Uuid(), nullable=True),
        sa.Column("action", CodepointString(10), nullable=False),
        sa.Column("status", CodepointString(10), nullable=False),
        sa.Column("reason", CodepointString(500), nullable=True),
        sa.Column("approvers", CodepointString(), nullable=False),
        sa.Column("change", sa.JSON(), nullable=False),
        sa.Column("requested_by", Uuid(), nullable=True),
        sa.Column("decided_by", Uuid(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_approvals"),
        sa.ForeignKeyConstraint(
            ["requested_by"],
            ["users.id"],
            name="fk_approvals_requested_by_users",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"],
            ["users.id"],
            name="fk_approvals_decided_by_users",
            ondelete="RESTRICT",
        ),
        sa.CheckConstraint(
            "status IN ('pending', 'approved', 'rejected', 'outdated')",
            name=op.f("ck_approvals_status"),
        ),
    )
    op.create_index("ix_approvals_requested_by", "approvals", ["requested_by"])
    op.create_index("ix_approvals_decided_by", "approvals", ["decided_by"])
    op.create_index("ix_approvals_entity_row_id", "approvals", ["entity", "row_id"])


def downgrade() -> None:
    """Drop it again."""
    op.drop_table("approvals")

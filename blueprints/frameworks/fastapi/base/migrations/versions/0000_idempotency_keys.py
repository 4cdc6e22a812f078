"""Keys of requests that are made twice and done once."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from app.core.database import CodepointString, UtcDateTime, Uuid

revision: str = "0000"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "idempotency_keys",
        sa.Column("id", Uuid(), nullable=False),
        sa.Column("key", CodepointString(255), nullable=False),
        sa.Column("caller", CodepointString(100), nullable=False),
        sa.Column("path", CodepointString(64), nullable=False),
        sa.Column("body", CodepointString(64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", CodepointString(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_idempotency_keys"),
    )
    op.create_index(
        "uq_idempotency_keys_key",
        "idempotency_keys",
        ["caller", "path", "key"],
        unique=True,
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"])


def downgrade() -> None:
    """Drop it again."""
    op.drop_table("idempotency_keys")

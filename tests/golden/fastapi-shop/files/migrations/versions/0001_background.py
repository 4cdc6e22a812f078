"""Jobs and their schedules."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from app.core.database import CodepointString, UtcDateTime, Uuid

revision: str = "0001"
down_revision: str | None = "0000"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "jobs",
        sa.Column("id", Uuid(), nullable=False),
        sa.Column("name", CodepointString(100), nullable=False),
        sa.Column("queue", CodepointString(10), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("status", CodepointString(10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("run_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("error", CodepointString(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        sa.CheckConstraint("queue IN ('high', 'default', 'low')", name=op.f("ck_jobs_queue")),
        sa.CheckConstraint("status IN ('pending', 'failed')", name=op.f("ck_jobs_status")),
    )
    op.create_index("ix_jobs_status_run_at", "jobs", ["status", "run_at"])
    op.create_table(
        "schedules",
        sa.Column("name", CodepointString(100), nullable=False),
        sa.Column("fired_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_schedules"),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("schedules")
    op.drop_table("jobs")

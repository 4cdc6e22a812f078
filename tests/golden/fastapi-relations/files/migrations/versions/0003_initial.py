"""The tables of all entities."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from app.core.database import CodepointString, UtcDateTime, Uuid

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "clubs",
        sa.Column("id", Uuid(), nullable=False),
        sa.Column("name", CodepointString(60), nullable=False),
        sa.Column("owner_id", Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_clubs"),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["users.id"],
            name="fk_clubs_owner_id",
            ondelete="RESTRICT",
        ),
        sa.CheckConstraint("char_length(name) BETWEEN 2 AND 60", name=op.f("ck_clubs_name_length")),
    )
    op.create_index("uq_clubs_name", "clubs", ["name"], unique=True)
    op.create_index("ix_clubs_owner_id", "clubs", ["owner_id"])
    op.create_index("ix_clubs_created_at", "clubs", ["created_at"])
    op.create_table(
        "teams",
        sa.Column("id", Uuid(), nullable=False),
        sa.Column("name", CodepointString(60), nullable=False),
        sa.Column("club_id", Uuid(), nullable=False),
        sa.Column("coach_id", Uuid(), nullable=True),
        sa.Column("parent_id", Uuid(), nullable=True),
        sa.Column("owner_id", Uuid(), nullable=True),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_teams"),
        sa.ForeignKeyConstraint(
            ["club_id"],
            ["clubs.id"],
            name="fk_teams_club_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["coach_id"],
            ["users.id"],
            name="fk_teams_coach_id",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["teams.id"],
            name="fk_teams_parent_id",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["users.id"],
            name="fk_teams_owner_id",
            ondelete="RESTRICT",
        ),
        sa.CheckConstraint("char_length(name) BETWEEN 2 AND 60", name=op.f("ck_teams_name_length")),
    )
    op.create_index(
        "uq_teams_club_id_name",
        "teams",
        ["club_id", "name"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index("ix_teams_club_id", "teams", ["club_id"])
    op.create_index("ix_teams_coach_id", "teams", ["coach_id"])
    op.create_index("ix_teams_parent_id", "teams", ["parent_id"])
    op.create_index("ix_teams_owner_id", "teams", ["owner_id"])
    op.create_index("ix_teams_created_at", "teams", ["created_at"])
    op.create_table(
        "members",
        sa.Column("id", Uuid(), nullable=False),
        sa.Column("name", CodepointString(100), nullable=False),
        sa.Column("secret", CodepointString(40), nullable=True),
        sa.Column("joined", sa.Date(), nullable=False),
        sa.Column("owner_id", Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_members"),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["users.id"],
            name="fk_members_owner_id",
            ondelete="RESTRICT",
        ),
        sa.CheckConstraint(
            "char_length(name) BETWEEN 2 AND 100",
            name=op.f("ck_members_name_length"),
        ),
        sa.CheckConstraint("char_length(secret) <= 40", name=op.f("ck_members_secret_length")),
    )
    op.create_index("ix_members_owner_id", "members", ["owner_id"])
    op.create_index("ix_members_created_at", "members", ["created_at"])
    op.create_table(
        "passes",
        sa.Column("id", Uuid(), nullable=False),
        sa.Column("number", CodepointString(12), nullable=False),
        sa.Column("member_id", Uuid(), nullable=False),
        sa.Column("owner_id", Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_passes"),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["members.id"],
            name="fk_passes_member_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["users.id"],
            name="fk_passes_owner_id",
            ondelete="RESTRICT",
        ),
        sa.CheckConstraint(
            "char_length(number) BETWEEN 4 AND 12",
            name=op.f("ck_passes_number_length"),
        ),
    )
    op.create_index("uq_passes_number", "passes", ["number"], unique=True)
    op.create_index("uq_passes_member_id", "passes", ["member_id"], unique=True)
    op.create_index("ix_passes_owner_id", "passes", ["owner_id"])
    op.create_index("ix_passes_created_at", "passes", ["created_at"])
    op.create_table(
        "member_teams",
        sa.Column("member_id", Uuid(), nullable=False),
        sa.Column("team_id", Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", "team_id", name="pk_member_teams"),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["members.id"],
            name="fk_member_teams_member_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["team_id"],
            ["teams.id"],
            name="fk_member_teams_team_id",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_member_teams_team_id", "member_teams", ["team_id"])
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
            "action IN ('create', 'update', 'delete', 'restore')",
            name=op.f("ck_audit_entries_action_values"),
        ),
        sa.CheckConstraint(
            "json_typeof(before) = 'object'",
            name=op.f("ck_audit_entries_before_object"),
        ),
        sa.CheckConstraint(
            "json_typeof(after) = 'object'",
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
    op.drop_table("member_teams")
    op.drop_table("passes")
    op.drop_table("members")
    op.drop_table("teams")
    op.drop_table("clubs")

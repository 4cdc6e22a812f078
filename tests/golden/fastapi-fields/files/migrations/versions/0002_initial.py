"""The tables of all entities."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from app.core.database import BigInt, CodepointString, ScaledDecimal, UtcDateTime, Uuid

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "observations",
        sa.Column("id", Uuid(), nullable=False),
        sa.Column("class", CodepointString(40), nullable=False),
        sa.Column("order", sa.Integer(), nullable=False),
        sa.Column("from", sa.Date(), nullable=True),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("total", BigInt(), nullable=False),
        sa.Column("metres_high", sa.Double(), nullable=True),
        sa.Column("cost", ScaledDecimal(10, 4), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("sensor", Uuid(), nullable=False),
        sa.Column("observer", CodepointString(254), nullable=False),
        sa.Column("photo", CodepointString(2048), nullable=True),
        sa.Column("weather", CodepointString(40), nullable=False),
        sa.Column("extra", sa.JSON(), nullable=True),
        sa.Column("labels", sa.JSON(), nullable=True),
        sa.Column("temperatures", sa.JSON(), nullable=True),
        sa.Column(
            "a_name_of_exactly_forty_letters_for_this_field",
            CodepointString(),
            nullable=True,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_observations"),
        sa.CheckConstraint(
            "char_length(class) BETWEEN 2 AND 40",
            name=op.f("ck_observations_class_length"),
        ),
        sa.CheckConstraint(
            '"order" >= 1 AND "order" <= 9',
            name=op.f("ck_observations_order_range"),
        ),
        sa.CheckConstraint(
            "\"from\" >= DATE '2000-01-01'",
            name=op.f("ck_observations_from_range"),
        ),
        sa.CheckConstraint(
            "total >= 0 AND total <= 9007199254740991",
            name=op.f("ck_observations_total_range"),
        ),
        sa.CheckConstraint(
            "metres_high > -500 AND metres_high < 9000",
            name=op.f("ck_observations_metres_high_range"),
        ),
        sa.CheckConstraint("cost >= 0", name=op.f("ck_observations_cost_range")),
        sa.CheckConstraint(
            "char_length(observer) BETWEEN 3 AND 254",
            name=op.f("ck_observations_observer_length"),
        ),
        sa.CheckConstraint(
            "char_length(photo) BETWEEN 8 AND 2048",
            name=op.f("ck_observations_photo_length"),
        ),
        sa.CheckConstraint(
            "weather IN ('sun', 'light-rain', 'snow')",
            name=op.f("ck_observations_weather_values"),
        ),
        sa.CheckConstraint(
            "json_typeof(extra) = 'object'",
            name=op.f("ck_observations_extra_object"),
        ),
        sa.CheckConstraint(
            "json_typeof(labels) = 'array' AND json_array_length(labels) <= 100",
            name=op.f("ck_observations_labels_array"),
        ),
        sa.CheckConstraint(
            "json_typeof(temperatures) = 'array' AND json_array_length(temperatures) <= 24",
            name=op.f("ck_observations_temperatures_array"),
        ),
        sa.CheckConstraint(
            "char_length(a_name_of_exactly_forty_letters_for_this_field) <= 5000",
            name=op.f("ck_observations_a_name_of_exactly_forty_letters_for_th_894c071a"),
        ),
    )
    op.create_index("uq_observations_sensor", "observations", ["sensor"], unique=True)
    op.create_index("ix_observations_observer", "observations", ["observer"])
    op.create_index("ix_observations_created_at", "observations", ["created_at"])
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
    op.drop_table("observations")

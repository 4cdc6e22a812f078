"""The table of observations."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Boolean, Date, Double, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import BigInt, CodepointString, ScaledDecimal, UtcDateTime, Uuid
from app.core.rows import Row, unique_key


class Observation(Row):
    """What was seen; \"\"\" and * / and {{braces}} are text."""

    __tablename__ = "observations"
    __table_args__ = (
        unique_key("uq_observations_sensor", "sensor"),
        Index("ix_observations_observer", "observer"),
    )

    class_: Mapped[str] = mapped_column("class", CodepointString(40))
    order: Mapped[int] = mapped_column(Integer)
    from_: Mapped[date | None] = mapped_column("from", Date)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    total: Mapped[int] = mapped_column(BigInt)
    metres_high: Mapped[float | None] = mapped_column(Double)
    cost: Mapped[Decimal] = mapped_column(ScaledDecimal(10, 4))
    confirmed: Mapped[bool] = mapped_column(Boolean)
    sensor: Mapped[UUID] = mapped_column(Uuid)
    observer: Mapped[str] = mapped_column(CodepointString(254))
    photo: Mapped[str | None] = mapped_column(CodepointString(2048))
    weather: Mapped[str] = mapped_column(CodepointString(40))
    extra: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    labels: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    temperatures: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    a_name_of_exactly_forty_letters_for_this_field: Mapped[str | None] = mapped_column(
        CodepointString,
    )

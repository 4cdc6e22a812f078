"""Observations as JSON."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from app.core import fields
from app.core.answers import Answer, OffsetPage, Wire
from app.core.bodies import Body
from app.enums import Weather


class ObservationFields(Wire):
    """What is both accepted and answered."""

    class_: Annotated[
        str,
        fields.String(
            min=2,
            max=40,
            pattern="^[a-z][a-z-]*$",
            doc='It\'s the "class"',
            example="ab",
        ),
    ]
    order: Annotated[int, fields.Integer(min=1, max=9, example=1)] = 1
    from_: Annotated[date | None, fields.Date(min="2000-01-01", example="2026-01-31")] = None
    seen_at: Annotated[
        datetime,
        fields.DateTime(example="2026-01-31T09:30:00.000Z"),
    ] = Field(default_factory=fields.now)
    total: Annotated[int, fields.Long(min=0, example=12)] = 0
    metres_high: Annotated[float | None, fields.Float(above=-500, below=9000, example=1.5)] = None
    cost: Annotated[
        Decimal,
        fields.DecimalNumber(
            precision=10,
            scale=4,
            min="0",
            numerals="^(-(0(\\.0+)?)|(0|[1-9][0-9]{0,5})(\\.[0-9]{1,4}0*)?)$",
            example="12.5000",
        ),
    ] = Decimal("0.5000")
    confirmed: Annotated[bool, fields.Boolean(example=True)] = False
    sensor: Annotated[UUID, fields.Identifier(example="019a0000-0000-7000-9000-000000000001")]
    observer: Annotated[str, fields.Email(example="ada.lovelace@example.com")]
    photo: Annotated[str | None, fields.Url(example="https://example.com/night-train")] = None
    weather: Annotated[Weather, fields.Choice(values=Weather, example="sun")] = Weather("snow")
    extra: Annotated[
        dict[str, Any] | None,
        fields.JsonObject(example={"note": "Arrived in good order and works as described."}),
    ] = None
    labels: Annotated[
        list[str] | None,
        fields.ListOf(item=fields.String(max=255), max_items=100, example=["labels 1"]),
    ] = None
    temperatures: Annotated[
        list[str] | None,
        fields.ListOf(
            item=fields.DecimalNumber(precision=12, scale=2),
            max_items=24,
            example=["1.00"],
        ),
    ] = None
    a_name_of_exactly_forty_letters_for_this_field: Annotated[
        str | None,
        fields.Text(max=5000, example="a name of exactly forty letters for this field 1"),
    ] = None


class ObservationCreate(ObservationFields, Body):
    """A new observation."""


class ObservationReplace(ObservationCreate):
    """A whole observation: what is left out becomes its default."""


class ObservationPatch(ObservationCreate, partial=True):
    """Changes of an observation: what is left out keeps its value."""


class Observation(ObservationFields, Answer):
    """What was seen; \"\"\" and * / and {{braces}} are text."""


class ObservationList(OffsetPage[Observation]):
    """A page of observations."""

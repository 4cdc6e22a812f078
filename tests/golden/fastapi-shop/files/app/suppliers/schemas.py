"""Suppliers as JSON."""

from typing import Annotated
from uuid import UUID

from app.core import fields
from app.core.answers import Answer, OffsetPage, Wire
from app.core.bodies import Body


class SupplierFields(Wire):
    """What is both accepted and answered."""

    name: Annotated[
        str,
        fields.String(min=1, max=100, doc="Company name", example="Harbour Books Ltd"),
    ]
    email: Annotated[
        str,
        fields.Email(doc="Where orders are sent", example="ada.lovelace@example.com"),
    ]
    website: Annotated[str | None, fields.Url(example="https://example.com/night-train")] = None
    phone: Annotated[
        str | None,
        fields.String(max=20, pattern="^\\+?[0-9 ]{6,20}$", example="+44 20 7946 0123"),
    ] = None


class SupplierCreate(SupplierFields, Body):
    """A new supplier."""


class SupplierReplace(SupplierCreate):
    """A whole supplier: what is left out becomes its default."""


class SupplierPatch(SupplierCreate, partial=True):
    """Changes of a supplier: what is left out keeps its value."""


class Supplier(SupplierFields, Answer):
    """A company that products are bought from."""

    owner_id: Annotated[UUID | None, fields.Identifier()]


class SupplierList(OffsetPage[Supplier]):
    """A page of suppliers."""

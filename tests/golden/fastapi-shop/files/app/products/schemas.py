"""Products as JSON."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.core import fields
from app.core.answers import Answer, OffsetPage, Wire
from app.core.bodies import Body
from app.enums import ProductCategory


class ProductFields(Wire):
    """What is both accepted and answered."""

    name: Annotated[str, fields.String(min=2, max=100, doc="Product name", example="Night Train")]
    price: Annotated[
        Decimal,
        fields.DecimalNumber(
            precision=12,
            scale=2,
            above="0",
            numerals="^(0\\.(0[1-9]0*|[1-9][0-9]?0*)|[1-9][0-9]{0,9}(\\.[0-9]{1,2}0*)?)$",
            doc="Price of one piece, in euros",
            example="12.50",
        ),
    ]
    category: Annotated[ProductCategory, fields.Choice(values=ProductCategory, example="book")]
    description: Annotated[
        str | None,
        fields.Text(max=500, example="Arrived in good order and works as described."),
    ] = None
    in_stock: Annotated[bool, fields.Boolean(example=True)] = True
    supplier_id: Annotated[UUID | None, fields.Identifier()] = None
    tag_ids: Annotated[list[UUID], fields.Links()] = Field(default_factory=list)


class ProductCreate(ProductFields, Body):
    """A new product."""


class ProductReplace(ProductCreate):
    """A whole product: what is left out becomes its default."""


class ProductPatch(ProductCreate, partial=True):
    """Changes of a product: what is left out keeps its value."""


class Product(ProductFields, Answer):
    """Something that is sold."""

    owner_id: Annotated[UUID | None, fields.Identifier()]


class ProductList(OffsetPage[Product]):
    """A page of products."""

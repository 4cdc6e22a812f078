"""The enumerations of all entities."""

from enum import StrEnum


class ProductCategory(StrEnum):
    """The values of product category."""

    BOOK = "book"
    TOY = "toy"
    GAME = "game"

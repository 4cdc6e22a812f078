"""`make seed`: example rows, for development only."""

import sys

import app.api  # noqa: F401 - rows may refer to any table
from app.core.config import load_settings
from app.core.seeding import RowOf, Seeds, seed
from app.products.repository import PRODUCTS
from app.products.schemas import ProductCreate
from app.settings import Settings
from app.suppliers.repository import SUPPLIERS
from app.suppliers.schemas import SupplierCreate
from app.tags.repository import TAGS
from app.tags.schemas import TagCreate

SEEDS: Seeds = [
    (
        SUPPLIERS,
        SupplierCreate,
        [
            {
                "name": "Harbour Books Ltd",
                "email": "ada.lovelace@example.com",
                "website": "https://example.com/night-train",
                "phone": "+44 20 7946 0123",
            },
            {
                "name": "Beech & Sons",
                "email": "grace.hopper@example.com",
                "website": "https://example.com/wooden-blocks",
                "phone": "112345",
            },
            {
                "name": "Corner Games",
                "email": "alan.turing@example.com",
                "website": "https://example.com/sea-battle",
                "phone": "212345",
            },
        ],
    ),
    (
        TAGS,
        TagCreate,
        [
            {
                "name": "bestseller",
            },
            {
                "name": "new",
            },
            {
                "name": "on sale",
            },
        ],
    ),
    (
        PRODUCTS,
        ProductCreate,
        [
            {
                "name": "Night Train",
                "price": "12.50",
                "category": "book",
                "description": "Arrived in good order and works as described.",
                "inStock": True,
                "supplierId": RowOf(SUPPLIERS, 0),
                "tagIds": [RowOf(TAGS, 0)],
            },
            {
                "name": "Wooden Blocks",
                "price": "19.65",
                "category": "toy",
                "description": "A short story about a long journey by rail.",
                "inStock": False,
                "supplierId": RowOf(SUPPLIERS, 1),
                "tagIds": [RowOf(TAGS, 1)],
            },
            {
                "name": "Sea Battle",
                "price": "26.80",
                "category": "game",
                "description": "Made by hand from local beech.",
                "inStock": True,
                "supplierId": RowOf(SUPPLIERS, 2),
                "tagIds": [RowOf(TAGS, 2)],
            },
        ],
    ),
]


def main() -> None:
    """Fill empty tables; refuse in production."""
    settings = load_settings(Settings)
    if settings.production:
        sys.exit("seed: refused in production")
    seed(settings, SEEDS)


if __name__ == "__main__":
    main()

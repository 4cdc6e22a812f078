"""What the tests know of the resources; everything else they find out by asking."""

from tests.table import Command, Field, Relation, Resource

RESOURCES: tuple[Resource, ...] = (
    Resource(
        entity="Product",
        path="/products",
        actions=["list", "read", "create", "update", "delete"],
        access={
            "list": ["public"],
            "read": ["public"],
            "create": ["authenticated"],
            "update": ["admin", "owner"],
            "delete": ["owner", "admin"],
        },
        fields=[
            Field(
                "name",
                "string",
                samples=[
                    "Night Train",
                    "Wooden Blocks",
                    "Sea Battle",
                    "Garden Lamp",
                    "Blue Kettle",
                ],
                low=2,
                high=100,
            ),
            Field(
                "price",
                "decimal",
                samples=[
                    "12.50",
                    "19.65",
                    "26.80",
                    "33.95",
                    "41.10",
                ],
                above="0",
                precision=12,
                scale=2,
            ),
            Field(
                "category",
                "enum",
                samples=[
                    "book",
                    "toy",
                    "game",
                ],
            ),
            Field(
                "description",
                "text",
                samples=[
                    "Arrived in good order and works as described.",
                    "A short story about a long journey by rail.",
                    "Made by hand from local beech.",
                    "Best kept in a dry and cool place.",
                    "For two players and an idle evening.",
                ],
                high=500,
                required=False,
            ),
            Field(
                "in_stock",
                "boolean",
                samples=[
                    True,
                    False,
                ],
                default=True,
            ),
        ],
        relations=[
            Relation(
                "supplier",
                "supplier_id",
                "Supplier",
                "many_to_one",
                inverse="products",
                on_delete="restrict",
                required=False,
            ),
            Relation(
                "tags",
                "tag_ids",
                "Tag",
                "many_to_many",
                inverse="tags",
                required=False,
            ),
        ],
        filters=[
            "name",
            "price",
            "category",
            "in_stock",
            "supplier_id",
            "created_at",
            "updated_at",
        ],
        sorts=[
            "name",
            "price",
            "category",
            "in_stock",
            "created_at",
            "updated_at",
        ],
        search=[
            "name",
            "description",
        ],
        soft_delete=True,
        audit=True,
    ),
    Resource(
        entity="Supplier",
        path="/suppliers",
        actions=["list", "read", "create", "update", "delete"],
        access={
            "list": ["public"],
            "read": ["public"],
            "create": ["authenticated"],
            "update": ["owner", "admin"],
            "delete": ["owner", "admin"],
        },
        fields=[
            Field(
                "name",
                "string",
                samples=[
                    "Harbour Books Ltd",
                    "Beech & Sons",
                    "Corner Games",
                    "Northwind Traders",
                    "Blue Lantern",
                    "Old Mill Press",
                    "Harbour Books Ltd 2",
                    "Beech & Sons 2",
                    "Corner Games 2",
                    "Northwind Traders 2",
                    "Blue Lantern 2",
                    "Old Mill Press 2",
                ],
                low=1,
                high=100,
                unique=True,
            ),
            Field(
                "email",
                "email",
                samples=[
                    "ada.lovelace@example.com",
                    "grace.hopper@example.com",
                    "alan.turing@example.com",
                    "katherine.johnson@example.com",
                    "linus.pauling@example.com",
                ],
            ),
            Field(
                "website",
                "url",
                samples=[
                    "https://example.com/night-train",
                    "https://example.com/wooden-blocks",
                    "https://example.com/sea-battle",
                    "https://example.com/garden-lamp",
                    "https://example.com/blue-kettle",
                ],
                required=False,
            ),
            Field(
                "phone",
                "string",
                samples=[
                    "012345",
                    "223456",
                    "434567",
                    "645678",
                    "856789",
                ],
                high=20,
                pattern=True,
                required=False,
            ),
        ],
        filters=[
            "name",
            "email",
            "website",
            "phone",
            "created_at",
            "updated_at",
        ],
        sorts=[
            "name",
            "email",
            "website",
            "phone",
            "created_at",
            "updated_at",
        ],
        search=[
            "name",
        ],
    ),
    Resource(
        entity="Tag",
        path="/tags",
        actions=["list", "read", "create", "update", "delete"],
        access={
            "list": ["public"],
            "read": ["public"],
            "create": ["authenticated"],
            "update": ["owner", "admin"],
            "delete": ["owner", "admin"],
        },
        fields=[
            Field(
                "name",
                "string",
                samples=[
                    "bestseller",
                    "new",
                    "on sale",
                    "handmade",
                    "classic",
                    "limited",
                    "organic",
                    "vintage",
                    "bestseller 2",
                    "new 2",
                    "on sale 2",
                    "handmade 2",
                ],
                low=2,
                high=30,
                unique=True,
            ),
        ],
        filters=[
            "name",
            "created_at",
            "updated_at",
        ],
        sorts=[
            "name",
            "created_at",
            "updated_at",
        ],
        search=[
            "name",
        ],
    ),
)

COMMANDS: tuple[Command, ...] = ()

# The accounts: their own fields are those of the spec.
ACCOUNTS: tuple[Resource, ...] = (
    Resource(
        entity="User",
        path="/users",
        actions=["list", "read", "create", "update"],
        access={},
        fields=[],
    ),
)

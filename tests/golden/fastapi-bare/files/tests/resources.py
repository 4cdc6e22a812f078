"""What the tests know of the resources; everything else they find out by asking."""

from tests.table import Command, Field, Resource

RESOURCES: tuple[Resource, ...] = (
    Resource(
        entity="Note",
        path="/notes",
        actions=["list", "read", "create", "update", "delete"],
        access={
            "list": ["public"],
            "read": ["public"],
            "create": ["public"],
            "update": ["public"],
            "delete": ["public"],
        },
        fields=[
            Field(
                "text",
                "text",
                samples=[
                    "Arrived in good order and works as described.",
                    "A short story about a long journey by rail.",
                    "Made by hand from local beech.",
                    "Best kept in a dry and cool place.",
                    "For two players and an idle evening.",
                ],
                low=1,
                high=2000,
            ),
        ],
        filters=[
            "created_at",
            "updated_at",
        ],
        sorts=[
            "created_at",
            "updated_at",
        ],
    ),
)

COMMANDS: tuple[Command, ...] = ()

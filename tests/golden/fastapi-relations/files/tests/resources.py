"""What the tests know of the resources; everything else they find out by asking."""

from tests.table import Command, Field, Relation, Resource

RESOURCES: tuple[Resource, ...] = (
    Resource(
        entity="Club",
        path="/clubs",
        actions=["list", "read", "create", "update", "delete"],
        access={
            "list": ["public"],
            "read": ["public"],
            "create": ["admin"],
            "update": ["owner", "admin"],
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
                    "Paper Kite",
                    "Oak Table",
                    "Wool Scarf",
                    "Night Train 2",
                    "Wooden Blocks 2",
                    "Sea Battle 2",
                    "Garden Lamp 2",
                ],
                low=2,
                high=60,
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
    ),
    Resource(
        entity="Team",
        path="/teams",
        actions=["list", "read", "create", "update", "delete"],
        access={
            "list": ["public"],
            "read": ["public"],
            "create": ["authenticated"],
            "update": ["trainer", "owner"],
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
                high=60,
            ),
        ],
        relations=[
            Relation(
                "club",
                "club_id",
                "Club",
                "many_to_one",
                inverse="teams",
                on_delete="cascade",
            ),
            Relation(
                "coach",
                "coach_id",
                "User",
                "many_to_one",
                inverse="teams",
                on_delete="restrict",
                required=False,
            ),
            Relation(
                "parent",
                "parent_id",
                "Team",
                "many_to_one",
                inverse="children",
                on_delete="set_null",
                required=False,
            ),
        ],
        filters=[
            "name",
            "club_id",
            "coach_id",
            "parent_id",
            "created_at",
            "updated_at",
        ],
        sorts=[
            "name",
            "created_at",
            "updated_at",
        ],
        soft_delete=True,
        cursor=True,
        unique=[
            ["club_id", "name"],
        ],
    ),
    Resource(
        entity="Pass",
        path="/passes",
        actions=["list", "read", "create"],
        access={
            "list": ["owner"],
            "read": ["owner", "trainer"],
            "create": ["authenticated"],
            "update": ["admin"],
            "delete": ["admin"],
        },
        fields=[
            Field(
                "number",
                "string",
                samples=[
                    "NUM-0001",
                    "NUM-0002",
                    "NUM-0003",
                    "NUM-0004",
                    "NUM-0005",
                    "NUM-0006",
                    "NUM-0007",
                    "NUM-0008",
                    "NUM-0009",
                    "NUM-0010",
                    "NUM-0011",
                    "NUM-0012",
                ],
                low=4,
                high=12,
                unique=True,
            ),
        ],
        relations=[
            Relation(
                "member",
                "member_id",
                "Member",
                "one_to_one",
                inverse="pass",
                on_delete="cascade",
            ),
        ],
        filters=[
            "number",
            "member_id",
            "created_at",
            "updated_at",
        ],
        sorts=[
            "number",
            "created_at",
            "updated_at",
        ],
        audit=True,
    ),
    Resource(
        entity="Member",
        path="/members",
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
                "secret",
                "string",
                samples=[
                    "secret 1",
                    "secret 2",
                    "secret 3",
                    "secret 4",
                    "secret 5",
                ],
                high=40,
                private=True,
                required=False,
            ),
            Field(
                "joined",
                "date",
                samples=[
                    "2026-01-31",
                    "2026-02-01",
                    "2026-02-02",
                    "2026-02-03",
                    "2026-02-04",
                ],
                default="now",
            ),
        ],
        relations=[
            Relation(
                "teams",
                "team_ids",
                "Team",
                "many_to_many",
                inverse="teams",
                required=False,
            ),
        ],
        filters=[
            "name",
            "joined",
            "created_at",
            "updated_at",
        ],
        sorts=[
            "name",
            "joined",
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

"""`make seed`: example rows, for development only."""

import sys

import app.api  # noqa: F401 - rows may refer to any table
from app.clubs.repository import CLUBS
from app.clubs.schemas import ClubCreate
from app.core.config import load_settings
from app.core.seeding import RowOf, Seeds, seed
from app.members.repository import MEMBERS
from app.members.schemas import MemberCreate
from app.passes.repository import PASSES
from app.passes.schemas import PassCreate
from app.settings import Settings
from app.teams.repository import TEAMS
from app.teams.schemas import TeamCreate

SEEDS: Seeds = [
    (
        CLUBS,
        ClubCreate,
        [
            {
                "name": "Night Train",
            },
            {
                "name": "Wooden Blocks",
            },
            {
                "name": "Sea Battle",
            },
        ],
    ),
    (
        TEAMS,
        TeamCreate,
        [
            {
                "name": "Night Train",
                "clubId": RowOf(CLUBS, 0),
            },
            {
                "name": "Wooden Blocks",
                "clubId": RowOf(CLUBS, 1),
            },
            {
                "name": "Sea Battle",
                "clubId": RowOf(CLUBS, 2),
            },
        ],
    ),
    (
        MEMBERS,
        MemberCreate,
        [
            {
                "name": "Night Train",
                "secret": "secret 1",
                "joined": "2026-01-31",
                "teamIds": [RowOf(TEAMS, 0)],
            },
            {
                "name": "Wooden Blocks",
                "secret": "secret 2",
                "joined": "2026-02-01",
                "teamIds": [RowOf(TEAMS, 1)],
            },
            {
                "name": "Sea Battle",
                "secret": "secret 3",
                "joined": "2026-02-02",
                "teamIds": [RowOf(TEAMS, 2)],
            },
        ],
    ),
    (
        PASSES,
        PassCreate,
        [
            {
                "number": "NUM-0001",
                "memberId": RowOf(MEMBERS, 0),
            },
            {
                "number": "NUM-0002",
                "memberId": RowOf(MEMBERS, 1),
            },
            {
                "number": "NUM-0003",
                "memberId": RowOf(MEMBERS, 2),
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

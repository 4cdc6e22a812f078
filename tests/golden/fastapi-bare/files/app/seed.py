"""`make seed`: example rows, for development only."""

import sys

import app.api  # noqa: F401 - rows may refer to any table
from app.core.config import load_settings
from app.core.seeding import Seeds, seed
from app.notes.repository import NOTES
from app.notes.schemas import NoteCreate
from app.settings import Settings

SEEDS: Seeds = [
    (
        NOTES,
        NoteCreate,
        [
            {
                "text": "Arrived in good order and works as described.",
            },
            {
                "text": "A short story about a long journey by rail.",
            },
            {
                "text": "Made by hand from local beech.",
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

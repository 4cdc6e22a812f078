"""`make seed`: example rows, for development only."""

import sys

import app.api  # noqa: F401 - rows may refer to any table
from app.core.config import load_settings
from app.core.seeding import Seeds, seed
from app.observations.repository import OBSERVATIONS
from app.observations.schemas import ObservationCreate
from app.settings import Settings

SEEDS: Seeds = [
    (
        OBSERVATIONS,
        ObservationCreate,
        [
            {
                "class": "ab",
                "order": 1,
                "from": "2026-01-31",
                "seen_at": "2026-01-31T09:30:00.000Z",
                "total": 12,
                "metres_high": 1.5,
                "cost": "12.5000",
                "confirmed": True,
                "sensor": "019a0000-0000-7000-9000-000000000001",
                "observer": "ada.lovelace@example.com",
                "photo": "https://example.com/night-train",
                "weather": "sun",
                "extra": {"note": "Arrived in good order and works as described."},
                "labels": ["labels 1"],
                "temperatures": ["1.00"],
                "a_name_of_exactly_forty_letters_for_this_field": "a name of exactly forty letters for this field 1",
            },
            {
                "class": "bb",
                "order": 2,
                "from": "2026-02-01",
                "seen_at": "2026-02-01T10:30:00.000Z",
                "total": 20,
                "metres_high": 2.5,
                "cost": "19.6500",
                "confirmed": False,
                "sensor": "019a0000-0000-7000-9000-000000000002",
                "observer": "grace.hopper@example.com",
                "photo": "https://example.com/wooden-blocks",
                "weather": "light-rain",
                "extra": {"note": "A short story about a long journey by rail."},
                "labels": ["labels 2", "labels 3"],
                "temperatures": ["2.00", "3.00"],
                "a_name_of_exactly_forty_letters_for_this_field": "a name of exactly forty letters for this field 2",
            },
            {
                "class": "cb",
                "order": 3,
                "from": "2026-02-02",
                "seen_at": "2026-02-02T11:30:00.000Z",
                "total": 27,
                "metres_high": 3.5,
                "cost": "26.8000",
                "confirmed": True,
                "sensor": "019a0000-0000-7000-9000-000000000003",
                "observer": "alan.turing@example.com",
                "photo": "https://example.com/sea-battle",
                "weather": "snow",
                "extra": {"note": "Made by hand from local beech."},
                "labels": ["labels 3"],
                "temperatures": ["3.00"],
                "a_name_of_exactly_forty_letters_for_this_field": "a name of exactly forty letters for this field 3",
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

"""`make dlq-replay`: put all dead letters back; each has all its attempts again."""

import asyncio
import sys

from app.background.broker import make_carrier
from app.core.config import load_settings
from app.core.database import Database
from app.settings import Settings
from app.work import HANDLERS


async def run(settings: Settings) -> str:
    """Put them back; returns what to print."""
    database = Database(settings)
    carrier = make_carrier(database, settings, HANDLERS)
    try:
        await carrier.ready()
        back = await carrier.replay()
    finally:
        await carrier.close()
        await database.close()
    return "\n".join(f"{name}: {count} put back" for name, count in back.items()) or "no handlers"


def main() -> None:
    """Put all dead letters back."""
    sys.stdout.write(asyncio.run(run(load_settings(Settings))) + "\n")


if __name__ == "__main__":
    main()

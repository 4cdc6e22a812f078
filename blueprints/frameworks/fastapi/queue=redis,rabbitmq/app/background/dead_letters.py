"""Dead letters that are put back."""

from sqlalchemy import delete

from app.background.outbox import EventDelivery
from app.core.database import Database


async def forget_attempts(database: Database, handler: str) -> None:
    """Let all dead letters of a handler begin anew."""
    dead = (EventDelivery.handler == handler) & (EventDelivery.status == "failed")
    async with database.write() as session:
        await session.execute(delete(EventDelivery).where(dead))

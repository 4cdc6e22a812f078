"""Sends the outbox to the broker: oldest first, again whatever is not known to be safe."""

from sqlalchemy import exists, select, update

from app.background.carrier import Carrier
from app.background.event_metrics import EventMetrics
from app.background.outbox import OutboxRow
from app.background.work import Loop
from app.core.database import Database, now_ms

BATCH = 100
WAITING = OutboxRow.published_at.is_(None)


class Relay(Loop):
    """One at a time works, whatever the number of processes."""

    def __init__(self, database: Database, carrier: Carrier, metrics: EventMetrics) -> None:
        self.database = database
        self.carrier = carrier
        self.metrics = metrics

    async def step(self) -> bool:
        """Send one batch; tells whether there may be more."""
        async with self.database.read() as session:
            if not await session.scalar(select(exists().where(WAITING))):
                return False
        # Nobody else is kept from writing while the broker is looked for.
        await self.carrier.ready()
        async with self.database.write() as session:
            await self.database.lock(session, "relay")
            oldest = select(OutboxRow).where(WAITING).order_by(OutboxRow.position).limit(BATCH)
            rows = (await session.scalars(oldest)).all()
            await self.carrier.publish(session, rows)
            positions = [row.position for row in rows]
            sent = update(OutboxRow).where(OutboxRow.position.in_(positions))
            await session.execute(sent.values(published_at=now_ms()))
        for row in rows:
            self.metrics.published(row.type)
        return len(rows) == BATCH

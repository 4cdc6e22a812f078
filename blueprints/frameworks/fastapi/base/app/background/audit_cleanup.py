"""Removes what was kept of writes long ago."""

from datetime import timedelta

from sqlalchemy import delete

from app.background.audit_config import AuditSettings
from app.core.audit import AuditRow
from app.core.database import Database, now_ms


async def forget_old_audit(database: Database, settings: AuditSettings) -> None:
    """Delete audit entries that are older than they are to be kept; by default none is."""
    days = settings.audit_retention_days
    if days is None:
        return
    async with database.write() as session:
        old = now_ms() - timedelta(days=days)
        await session.execute(delete(AuditRow).where(AuditRow.at < old))

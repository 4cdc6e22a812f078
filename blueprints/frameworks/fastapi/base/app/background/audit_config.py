"""Settings of what is kept of writes."""

from app.core.config import CoreSettings, Positive


class AuditSettings(CoreSettings):
    """How long it is kept who wrote what."""

    # Without it audit entries are kept for good.
    audit_retention_days: Positive | None = None

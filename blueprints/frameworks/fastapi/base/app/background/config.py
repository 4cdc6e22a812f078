"""Settings of the work in the background."""

from app.core.config import CoreSettings, Positive


class BackgroundSettings(CoreSettings):
    """How failed jobs are tried again, and how long it is kept who wrote what."""

    job_retry_base_ms: Positive = 1000
    # Without it audit entries are kept for good.
    audit_retention_days: Positive | None = None

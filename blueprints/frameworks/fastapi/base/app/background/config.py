"""Settings of the work in the background."""

from app.core.config import CoreSettings, Positive


class BackgroundSettings(CoreSettings):
    """How failed jobs are tried again."""

    job_retry_base_ms: Positive = 1000

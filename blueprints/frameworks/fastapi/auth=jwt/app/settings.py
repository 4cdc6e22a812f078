"""The settings of this service: the common ones and those of its parts."""

from app.auth.config import AuthSettings
from app.core.observability import ObservabilitySettings
from app.jobs.config import MailSettings


class Settings(AuthSettings, MailSettings, ObservabilitySettings):
    """Every variable that the service reads."""

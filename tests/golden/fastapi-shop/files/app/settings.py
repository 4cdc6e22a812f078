"""The settings of this service: the common ones and those of its parts."""

from app.auth.config import AuthSettings
from app.background.audit_config import AuditSettings
from app.background.config import BackgroundSettings
from app.mails.config import MailSettings
from app.observability.config import ObservabilitySettings


class Settings(
    AuthSettings,
    MailSettings,
    AuditSettings,
    BackgroundSettings,
    ObservabilitySettings,
):
    """Every variable that the service reads."""

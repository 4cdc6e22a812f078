"""The settings of this service: the common ones and those of its parts."""

from app.background.config import BackgroundSettings
from app.observability.config import ObservabilitySettings


class Settings(BackgroundSettings, ObservabilitySettings):
    """Every variable that the service reads."""

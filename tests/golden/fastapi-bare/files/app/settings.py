"""The settings of this service: the common ones and those of its parts."""

from app.observability.config import ObservabilitySettings


class Settings(ObservabilitySettings):
    """Every variable that the service reads."""

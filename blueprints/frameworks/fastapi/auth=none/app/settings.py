"""The settings of this service."""

from app.observability.config import ObservabilitySettings


class Settings(ObservabilitySettings):
    """Every variable that the service reads."""

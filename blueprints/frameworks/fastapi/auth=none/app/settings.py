"""The settings of this service."""

from app.core.observability import ObservabilitySettings


class Settings(ObservabilitySettings):
    """Every variable that the service reads."""

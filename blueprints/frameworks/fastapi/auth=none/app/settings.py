"""The settings of this service."""

from app.core.config import CoreSettings


class Settings(CoreSettings):
    """Every variable that the service reads."""

"""Settings of metrics, tracing, error tracking and profiling."""

from typing import Self

from pydantic import SecretStr, model_validator

from app.core.config import CoreSettings

MIN_TOKEN_LENGTH = 16


class ObservabilitySettings(CoreSettings):
    """Each part is off until its variable is set; metrics are always there."""

    metrics_token: SecretStr | None = None

    @model_validator(mode="after")
    def _guarded_metrics(self) -> Self:
        token = self.metrics_token.get_secret_value() if self.metrics_token else ""
        if self.production and len(token) < MIN_TOKEN_LENGTH:
            text = f"METRICS_TOKEN must have at least {MIN_TOKEN_LENGTH} characters in production"
            raise ValueError(text)
        return self

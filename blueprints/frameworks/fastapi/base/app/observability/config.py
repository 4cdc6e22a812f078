"""Settings of metrics, tracing, error tracking and profiling."""

import re
from typing import Self

from pydantic import SecretStr, field_validator, model_validator

from app.core.config import CoreSettings

MIN_TOKEN_LENGTH = 16
_DSN = re.compile(r"https?://[^:@/]+@[^@/]+(/[^@]*)?/[0-9]+")


class ObservabilitySettings(CoreSettings):
    """Metrics are always there; each other part is off until its variable is set."""

    metrics_token: SecretStr | None = None
    otel_exporter_otlp_endpoint: str | None = None
    sentry_dsn: str | None = None
    # A folder for one profile of each request; for development only.
    profile_dir: str | None = None

    @field_validator("otel_exporter_otlp_endpoint")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("http://", "https://")):
            raise ValueError("must be the address of a collector, such as http://127.0.0.1:4318")
        return value

    @field_validator("sentry_dsn")
    @classmethod
    def _dsn(cls, value: str | None) -> str | None:
        if value is not None and not _DSN.fullmatch(value):
            raise ValueError("must be a DSN such as https://key@errors.example/1")
        return value

    @model_validator(mode="after")
    def _safe_in_production(self) -> Self:
        token = self.metrics_token.get_secret_value() if self.metrics_token else ""
        if self.production and len(token) < MIN_TOKEN_LENGTH:
            text = f"METRICS_TOKEN must have at least {MIN_TOKEN_LENGTH} characters in production"
            raise ValueError(text)
        if self.production and self.profile_dir is not None:
            raise ValueError("PROFILE_DIR is for development, not for production")
        return self

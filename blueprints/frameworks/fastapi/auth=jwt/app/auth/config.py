"""Settings of accounts, tokens and lockout."""

from typing import Self

from pydantic import SecretStr, model_validator

from app.core.config import CoreSettings, Count, Positive
from app.project import NAME

# The value in .env.example; everybody knows it, so production refuses it.
DEVELOPMENT_SECRET = "development-only-secret-change-me-now"  # noqa: S105 - refused in production
MIN_SECRET_BYTES = 32


class AuthSettings(CoreSettings):
    """Times are in seconds."""

    jwt_secret: SecretStr
    jwt_issuer: str = NAME
    jwt_audience: str = NAME
    access_token_seconds: Positive = 900
    refresh_token_seconds: Positive = 2_592_000
    lockout_attempts: Positive = 5
    lockout_seconds: Positive = 900
    reset_token_seconds: Positive = 1800
    # Requests in a minute to /auth from one address; 0 turns the limit off.
    auth_rate_limit_per_minute: Count = 10
    admin_email: str | None = None
    # For `make create-admin` only.
    admin_password: SecretStr | None = None

    @model_validator(mode="after")
    def _strong_secret(self) -> Self:
        secret = self.jwt_secret.get_secret_value()
        if len(secret.encode()) < MIN_SECRET_BYTES:
            raise ValueError(f"JWT_SECRET must have at least {MIN_SECRET_BYTES} bytes")
        if self.production and (secret == DEVELOPMENT_SECRET or len(set(secret)) < 10):
            raise ValueError("JWT_SECRET must be a random secret of your own in production")
        return self

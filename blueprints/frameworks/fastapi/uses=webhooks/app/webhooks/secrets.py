"""What requests to webhooks are signed with."""

import re
from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator, SecretStr
from pydantic_settings import BaseSettings

# The value in .env.example; everybody knows it, so production refuses it.
DEVELOPMENT_SECRET = "development-only-webhook-secret"  # noqa: S105 - refused in production
_LONG_ENOUGH = re.compile(r"[\x21-\x7e]{16,}")


def _strong(secret: SecretStr) -> SecretStr:
    if not _LONG_ENOUGH.fullmatch(secret.get_secret_value()):
        raise ValueError("must be at least 16 visible ASCII characters without spaces")
    return secret


WebhookSecret = Annotated[SecretStr, AfterValidator(_strong)]


def refuse_known(settings: BaseSettings, names: Iterable[str]) -> None:
    """Refuse a secret that everybody knows; names its variable."""
    for name in names:
        secret: SecretStr = getattr(settings, name)
        if secret.get_secret_value() == DEVELOPMENT_SECRET:
            raise ValueError(f"{name} must be a secret of your own in production")

"""Settings of the broker and of the worker."""

from urllib.parse import urlsplit

from pydantic import SecretStr, field_validator

from app.core.config import CoreSettings, Port
from app.project import QUEUE

SCHEMES = {"redis": ("redis", "rediss"), "rabbitmq": ("amqp", "amqps")}[QUEUE]


class BrokerSettings(CoreSettings):
    """Where the broker is, and where the worker answers probes."""

    # It may hold a password.
    broker_url: SecretStr
    worker_port: Port = 8001

    @field_validator("broker_url")
    @classmethod
    def _broker_address(cls, value: SecretStr) -> SecretStr:
        try:
            url = urlsplit(value.get_secret_value())
            known = url.scheme in SCHEMES and url.hostname and url.port != 0
        except ValueError:
            known = None
        if not known:
            raise ValueError(f"must be a URL that begins with {SCHEMES[0]}://")
        return value

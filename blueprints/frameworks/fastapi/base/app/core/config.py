"""Settings from the environment and from `.env`; a faulty one stops the start and is named."""

import sys
from contextlib import AbstractAsyncContextManager, nullcontext
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from app.core.cache import Cache
from app.core.outbox import Outbox
from app.project import DATABASES, DEFAULT_DATABASE_URL

SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
Network = IPv4Network | IPv6Network
Count = Annotated[int, Field(ge=0, le=2**31 - 1)]
Positive = Annotated[int, Field(ge=1, le=2**31 - 1)]
Port = Annotated[int, Field(ge=0, le=65535)]


class CoreSettings(BaseSettings):
    """What every part of the service may need. Each field is the variable of the same name."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )

    host: str = "127.0.0.1"
    port: Port = 8000
    app_env: Literal["development", "test", "production"] = "development"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    database_url: str = DEFAULT_DATABASE_URL
    database_pool_size: Positive = 10
    database_timeout_ms: Positive = 5000
    slow_query_ms: Count = 200

    # Requests in a minute for one caller; 0 turns the limit off.
    rate_limit_per_minute: Count = 120
    trusted_proxies: Annotated[tuple[Network, ...], NoDecode] = ()

    max_body_bytes: Positive = 1_048_576
    drain_seconds: Count = 10
    # How long a repeated request gets its first answer.
    idempotency_seconds: Positive = 86_400
    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()

    @property
    def production(self) -> bool:
        """Whether the strict rules of production hold."""
        return self.app_env == "production"

    def make_cache(self) -> Cache:
        """What keeps answers."""
        return Cache()

    def make_outbox(self) -> Outbox:
        """Where writes are told of."""
        return Outbox()

    def open_clients(self) -> AbstractAsyncContextManager[object]:
        """Clients of other services, for as long as this one runs; here there are none."""
        return nullcontext()

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        try:
            url = make_url(value)
        except ArgumentError:
            url = None
        if url is None or url.drivername not in DATABASES:
            raise ValueError(f"must be a URL that begins with {' or '.join(DATABASES)}")
        if url.query.get("sslmode", "prefer") not in SSL_MODES:
            raise ValueError(f"sslmode must be one of {', '.join(SSL_MODES)}")
        return value

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _networks(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(ip_network(part) for part in _parts(value))
        return value

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _origins(cls, value: Any) -> Any:
        origins = tuple(_parts(value)) if isinstance(value, str) else value
        for origin in origins:
            if not str(origin).startswith(("http://", "https://")) or str(origin).count("/") != 2:
                raise ValueError("must be origins such as https://shop.example, without a path")
        return origins


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


SettingsType = TypeVar("SettingsType", bound=CoreSettings)


def load_settings(kind: type[SettingsType]) -> SettingsType:
    """Read the settings, or leave with status 1 and one message that names what is wrong."""
    try:
        return kind()
    except ValidationError as error:
        for fault in error.errors():
            reason = "is missing" if fault["type"] == "missing" else fault["msg"]
            # A fault of several settings together names them in its message.
            name = f"{fault['loc'][0]}: ".upper() if fault["loc"] else ""
            sys.stderr.write(f"configuration: {name}{reason.removeprefix('Value error, ')}\n")
        raise SystemExit(1) from None

"""Settings of the cache."""

from urllib.parse import urlsplit

from pydantic import SecretStr, field_validator

from app.core.cache import Cache
from app.core.config import CoreSettings, Count


class CacheSettings(CoreSettings):
    """Where Redis is, and how long answers are kept there."""

    # It may hold a password.
    redis_url: SecretStr
    # 0 turns the cache off; limits are counted in Redis all the same.
    cache_seconds: Count = 60

    @field_validator("redis_url")
    @classmethod
    def _redis_address(cls, value: SecretStr) -> SecretStr:
        try:
            url = urlsplit(value.get_secret_value())
            known = url.scheme in ("redis", "rediss") and url.hostname and url.port != 0
        except ValueError:
            known = None
        number = url.path.removeprefix("/") if known else ""
        if not known or (number and not (number.isascii() and number.isdecimal())):
            raise ValueError("must be the URL of a Redis server, such as redis://127.0.0.1:6379/0")
        return value

    def make_cache(self) -> Cache:
        """What keeps answers, and counts for all processes."""
        # It takes time to load, and a faulty setting is to stop the start at once.
        from app.cache.store import RedisCache

        return RedisCache(
            self.redis_url.get_secret_value(),
            seconds=self.cache_seconds,
            connections=2 * self.database_pool_size,
            commit_seconds=self.database_timeout_ms / 1000,
        )

"""Redis, or the knowledge that it is away: then nobody waits for it."""

import logging
import time
from collections.abc import Sequence
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

# No answer is worth more of a request's time than the database would take.
PATIENCE_SECONDS = 0.25
# When Redis is away, one request in so many seconds tries it.
PAUSE_SECONDS = 1.0


class AwayError(Exception):
    """Redis does not answer, or not as it should."""


class Connection:
    """A pool of connections, opened when the first one is needed."""

    def __init__(self, url: str, size: int) -> None:
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=size,
            timeout=PATIENCE_SECONDS,
            socket_timeout=PATIENCE_SECONDS,
            socket_connect_timeout=PATIENCE_SECONDS,
            # At once and once, for a connection that the server has closed meanwhile.
            retry=Retry(NoBackoff(), 1, (RedisConnectionError,)),
            decode_responses=True,
        )
        self._client = Redis.from_pool(pool)
        self.away = False
        self._next_try = 0.0

    async def run(self, script: str, keys: Sequence[str], arguments: Sequence[str | int]) -> Any:
        """Run a script; raises `AwayError`."""
        if self.away:
            if time.monotonic() < self._next_try:
                raise AwayError
            self._next_try = time.monotonic() + PAUSE_SECONDS
        try:
            answer = await self._client.register_script(script)(keys, arguments)
        except (RedisError, OSError) as error:
            self._lost(error)
            raise AwayError from error
        self._found()
        return answer

    async def ping(self) -> bool:
        """Whether Redis answers now."""
        try:
            await self._client.ping()
        except (RedisError, OSError) as error:
            self._lost(error)
            return False
        self._found()
        return True

    def _lost(self, error: Exception) -> None:
        if not self.away:
            log.warning("redis is away: %s", error)
        self.away = True
        self._next_try = time.monotonic() + PAUSE_SECONDS

    def _found(self) -> None:
        if self.away:
            log.info("redis is back")
        self.away = False

    async def close(self) -> None:
        """Close the pool; it opens again when it is asked."""
        await self._client.aclose()

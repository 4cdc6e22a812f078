"""A lock in Redis, held for some seconds and renewed."""

from typing import Any

from redis.asyncio import Redis

LOCK_SECONDS = 5.0

KEEP = """
if redis.call('GET', KEYS[1]) == ARGV[1] then
    return redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return 0
"""
LEAVE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then
    return redis.call('DEL', KEYS[1])
end
return 0
"""


class Lock:
    """Who reads the messages of a handler."""

    def __init__(self, redis: Redis, key: str, owner: str) -> None:
        self.redis = redis
        self.key = key
        self.owner = owner

    async def take(self) -> bool:
        """Take the lock, unless another has it."""
        milliseconds = round(LOCK_SECONDS * 1000)
        taken = await self.redis.set(self.key, self.owner, nx=True, px=milliseconds)
        # It may be ours of before a connection broke.
        return bool(taken) or await self.keep()

    async def keep(self) -> bool:
        """Renew it; False when it was lost."""
        return bool(await self._run(KEEP, round(LOCK_SECONDS * 1000)))

    async def leave(self) -> None:
        """Give it back."""
        await self._run(LEAVE)

    async def _run(self, script: str, *arguments: int) -> Any:
        return await self.redis.eval(script, 1, self.key, self.owner, *arguments)

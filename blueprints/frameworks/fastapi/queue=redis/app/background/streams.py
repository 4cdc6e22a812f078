"""Streams of Redis, read by groups: its client's answers in one form."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, cast

from redis.asyncio import Redis
from redis.exceptions import ResponseError

# What a group is given next.
NEW = b">"
START = b"0-0"


class Entry(NamedTuple):
    """A message in a stream; one that was cut has no values any more."""

    stream: str
    id: bytes
    values: Mapping[bytes, bytes] | None


class Group:
    """A group of readers, of which this is one."""

    def __init__(self, redis: Redis, name: str, reader: str) -> None:
        self._redis = redis
        self.name = name
        self.reader = reader

    async def make(self, stream: str, start: str) -> None:
        """Make it, and the stream, where they are not there."""
        try:
            await self._redis.xgroup_create(stream, self.name, start, mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise

    async def read(
        self,
        streams: Iterable[str],
        count: int,
        block: int | None = None,
    ) -> list[Entry]:
        """What nobody of the group has read yet; waits so many milliseconds for some."""
        new: dict[Any, Any] = dict.fromkeys(streams, NEW)
        found: Any = await self._redis.xreadgroup(
            self.name,
            self.reader,
            new,
            count=count,
            block=block,
        )
        return [
            Entry(stream.decode(), each, values)
            for stream, entries in found or ()
            for each, values in entries
        ]

    async def take_over(
        self,
        stream: str,
        count: int,
        start: bytes = START,
        idle_ms: int = 0,
    ) -> tuple[bytes, list[Entry]]:
        """What others have read and not acknowledged for so long, and where to go on."""
        found: Any = await self._redis.xautoclaim(
            stream,
            self.name,
            self.reader,
            idle_ms,
            start,
            count,
        )
        return found[0], [Entry(stream, each, values) for each, values in found[1]]

    async def waiting(self, stream: str) -> int:
        """What was not read, or not acknowledged; the former only newer servers tell."""
        groups = await self._redis.xinfo_groups(stream)
        own = next((each for each in groups if each["name"] == self.name.encode()), {})
        return int(own.get("pending") or 0) + int(own.get("lag") or 0)


async def whole(redis: Redis, stream: str) -> list[tuple[bytes, dict[bytes, bytes]]]:
    """Everything in a stream."""
    return cast("list[tuple[bytes, dict[bytes, bytes]]]", await redis.xrange(stream))

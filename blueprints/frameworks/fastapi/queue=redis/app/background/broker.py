"""The broker: streams of Redis."""

import json
import logging
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Literal
from uuid import UUID, uuid4

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError, ResponseError
from sqlalchemy.ext.asyncio import AsyncSession

from app.background.carrier import Delivery, Inbox
from app.background.dispatcher import Dispatcher
from app.background.dead_letters import forget_attempts
from app.background.handlers import Handler
from app.background.jobs import QUEUES
from app.background.outbox import KEPT, OutboxRow
from app.background.redis_lock import LOCK_SECONDS, Lock
from app.background.sources import JobSource, Ticket
from app.background.work import AwayError, Part, Stop
from app.core.database import Database
from app.project import NAME
from app.settings import Settings

log = logging.getLogger(__name__)

# Before every key.
PREFIX = NAME
PATIENCE_SECONDS = 2.0
BLOCK_MS = 500
POLL_SECONDS = 0.25
CONNECTIONS = 20
WORKERS = b"workers"
# A worker that has an id so long without taking the job is dead.
IDLE_MS = 60_000
NEW = b">"


def make_carrier(
    database: Database,
    settings: Settings,
    handlers: Sequence[Handler[Any]],
) -> "RedisBroker":
    """The broker."""
    return RedisBroker(database, settings.broker_url.get_secret_value(), handlers, prefix=PREFIX)


class RedisBroker:
    """Events in one stream, with a group for each handler; jobs in a stream for each queue."""

    def __init__(
        self,
        database: Database,
        url: str,
        handlers: Sequence[Handler[Any]],
        *,
        prefix: str,
    ) -> None:
        pool = BlockingConnectionPool.from_url(
            url,
            # Each handler waits for messages with one of its own.
            max_connections=len(handlers) + CONNECTIONS,
            timeout=PATIENCE_SECONDS,
            socket_timeout=PATIENCE_SECONDS,
            socket_connect_timeout=PATIENCE_SECONDS,
            # At once and once, for a connection that the server has closed meanwhile.
            retry=Retry(NoBackoff(), 1, (RedisConnectionError,)),
        )
        self.redis: Redis = Redis.from_pool(pool)
        self.database = database
        self.handlers = handlers
        self.prefix = prefix
        self.name = uuid4().hex.encode()
        self.events = f"{prefix}:events"
        self.away = False
        self._prepared = False
        self._look_after: dict[str, float] = {}

    # --- its state ----------------------------------------------------------------------------

    @asynccontextmanager
    async def _asking(self) -> AsyncIterator[None]:
        """Tell a broker that is away from a mistake, and say it once."""
        try:
            yield
        except (RedisError, OSError, TimeoutError) as error:
            if not self.away:
                log.warning("the broker is away: %s", error)
            self.away = True
            raise AwayError from error
        if self.away:
            log.info("the broker is back")
        self.away = False

    async def check(self) -> Mapping[str, Literal["up", "down"]]:
        """What probes are told."""
        try:
            async with self._asking():
                await self.redis.ping()
        except AwayError:
            return {"broker": "down"}
        return {"broker": "up"}

    async def ready(self) -> None:
        """Make the groups that are not there; raises `AwayError`."""
        replays = [self._of(handler, "replay") for handler in self.handlers]
        streams = [self.events, *replays, *map(self._jobs, QUEUES)]
        async with self._asking():
            if self._prepared and await self.redis.exists(*streams) == len(streams):
                return
            # What is published from now on is for all of them. A stream that is new is read whole.
            for handler in self.handlers:
                await self._group(self.events, handler.name, b"$")
                await self._group(self._of(handler, "replay"), handler.name, b"0")
            for queue in QUEUES:
                await self._group(self._jobs(queue), WORKERS, b"0")
            self._prepared = True

    async def _group(self, stream: str, group: str | bytes, start: bytes) -> None:
        try:
            await self.redis.xgroup_create(stream, group, start, mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise

    def _of(self, handler: Handler[Any], what: str) -> str:
        return f"{self.prefix}:{handler.name}:{what}"

    def _jobs(self, queue: str) -> str:
        return f"{self.prefix}:jobs:{queue}"

    async def close(self) -> None:
        """Close connections."""
        await self.redis.aclose()

    # --- events -------------------------------------------------------------------------------

    async def publish(self, _session: AsyncSession, rows: Sequence[OutboxRow]) -> None:
        """Add messages to the stream, all or none, and cut what is older than seven days."""
        oldest = round((time.time() - KEPT.total_seconds()) * 1000)
        async with self._asking(), self.redis.pipeline(transaction=True) as pipe:
            for row in rows:
                pipe.xadd(self.events, {"envelope": row.envelope}, minid=f"{oldest}")
            await pipe.execute()

    async def feed(self, handler: Handler[Any], inbox: Inbox, stop: Stop) -> None:
        """Put messages into the inbox, as long as no other worker does so for this handler."""
        lock = Lock(self.redis, self._of(handler, "active"), self.name)
        async with self._asking():
            if not await lock.take():
                await stop.within(LOCK_SECONDS / 4)
                return
        try:
            async with self._asking():
                await self._read(handler, inbox, stop, lock)
        finally:
            await lock.leave()

    async def _read(self, handler: Handler[Any], inbox: Inbox, stop: Stop, lock: Lock) -> None:
        """Read what others left behind, then what is new."""
        streams = [self.events, self._of(handler, "replay")]
        positions: dict[str, bytes] = dict.fromkeys(streams, b"0")
        while not stop.wanted and await lock.keep():
            room = inbox.room
            if not room:
                await stop.within(POLL_SECONDS)
                continue
            again = {stream: at for stream, at in positions.items() if at != NEW}
            for stream in again:
                positions[stream] = await self._claim(handler, inbox, stream, again[stream], room)
            if not again:
                found = await self.redis.xreadgroup(
                    handler.name,
                    self.name,
                    dict.fromkeys(streams, ">"),
                    count=max(1, room // 2),
                    block=BLOCK_MS,
                )
                for stream, entries in found or ():
                    for entry, values in entries:
                        await self._put(handler, inbox, stream.decode(), entry, values, again=False)

    async def _claim(
        self,
        handler: Handler[Any],
        inbox: Inbox,
        stream: str,
        start: bytes,
        room: int,
    ) -> bytes:
        """Take over what a worker that is gone had; returns where to go on."""
        count = max(1, room // 2)
        found = await self.redis.xautoclaim(stream, handler.name, self.name, 0, start, count)
        following, entries = found[0], found[1]
        for entry, values in entries:
            await self._put(handler, inbox, stream, entry, values, again=True)
        return NEW if following == b"0-0" else following

    async def _put(
        self,
        handler: Handler[Any],
        inbox: Inbox,
        stream: str,
        entry: bytes,
        values: Mapping[bytes, bytes] | None,
        *,
        again: bool,
    ) -> None:
        text = (values or {}).get(b"envelope", b"")

        async def done() -> None:
            async with self._asking(), self.redis.pipeline(transaction=True) as pipe:
                self._acknowledge(pipe, handler, stream, entry)
                await pipe.execute()

        async def dead(error: str, attempts: int) -> None:
            letter = {"envelope": text, "error": error, "attempts": attempts}
            async with self._asking(), self.redis.pipeline(transaction=True) as pipe:
                pipe.xadd(self._of(handler, "dlq"), letter)
                self._acknowledge(pipe, handler, stream, entry)
                await pipe.execute()

        if values is not None and (stream != self.events or _is_for(handler, text)):
            inbox.put(Delivery(text, again, done, dead))
        else:
            # For others, or cut before it was read.
            await done()

    def _acknowledge(self, pipe: Any, handler: Handler[Any], stream: str, entry: bytes) -> None:
        pipe.xack(stream, handler.name, entry)
        if stream != self.events:
            pipe.xdel(stream, entry)

    async def depths(self) -> Mapping[str, int]:
        """Messages that wait for each handler, and its dead letters."""
        async with self._asking():
            groups = await self.redis.xinfo_groups(self.events)
            waiting = {each["name"].decode(): _waiting(each) for each in groups}
            depths: dict[str, int] = {}
            for handler in self.handlers:
                back = await self.redis.xlen(self._of(handler, "replay"))
                depths[handler.name] = waiting.get(handler.name, 0) + back
                depths[f"{handler.name}.dlq"] = await self.redis.xlen(self._of(handler, "dlq"))
        return depths

    async def replay(self) -> Mapping[str, int]:
        """Put all dead letters back."""
        back: dict[str, int] = {}
        for handler in self.handlers:
            await forget_attempts(self.database, handler.name)
            dead = self._of(handler, "dlq")
            async with self._asking():
                letters = await self.redis.xrange(dead)
                for entry, values in letters:
                    async with self.redis.pipeline(transaction=True) as pipe:
                        envelope = {"envelope": values.get(b"envelope", b"")}
                        pipe.xadd(self._of(handler, "replay"), envelope)
                        pipe.xdel(dead, entry)
                        await pipe.execute()
            back[handler.name] = len(letters)
        return back

    # --- jobs ---------------------------------------------------------------------------------

    def source(self) -> JobSource:
        """Itself."""
        return self

    def parts(self) -> Sequence[Part]:
        """Jobs have to be sent."""
        return [Dispatcher(self.database, self)]

    async def send_jobs(self, jobs: Sequence[tuple[str, UUID]]) -> None:
        """Put ids into queues, all or none."""
        async with self._asking(), self.redis.pipeline(transaction=True) as pipe:
            for queue, job_id in jobs:
                pipe.xadd(self._jobs(queue), {"id": str(job_id)})
            await pipe.execute()

    async def next(self) -> Ticket | None:
        """The most urgent job at hand."""
        await self.ready()
        async with self._asking():
            for queue in QUEUES:
                stream = self._jobs(queue)
                entries = await self._left_behind(stream)
                if not entries:
                    new = {stream: ">"}
                    found = await self.redis.xreadgroup(WORKERS, self.name, new, count=1)
                    entries = found[0][1] if found else []
                for entry, values in entries:
                    return self._ticket(stream, entry, values)
        return None

    async def _left_behind(self, stream: str) -> Any:
        """What a worker took that is gone; looked for now and then."""
        if time.monotonic() < self._look_after.get(stream, 0.0):
            return []
        found = await self.redis.xautoclaim(stream, WORKERS, self.name, IDLE_MS, count=1)
        if not found[1]:
            self._look_after[stream] = time.monotonic() + IDLE_MS / 4000
        return found[1]

    def _ticket(self, stream: str, entry: bytes, values: Mapping[bytes, bytes]) -> Ticket:
        async def settle() -> None:
            async with self._asking(), self.redis.pipeline(transaction=True) as pipe:
                pipe.xack(stream, WORKERS, entry)
                pipe.xdel(stream, entry)
                await pipe.execute()

        return Ticket(_id(values), settle)


def _waiting(group: Mapping[str, Any]) -> int:
    """What a group has not read, or not acknowledged; the former only newer servers tell."""
    return int(group["pending"]) + int(group.get("lag") or 0)


def _is_for(handler: Handler[Any], text: bytes) -> bool:
    """Whether a message is for a handler: one of which nobody can tell is for all."""
    try:
        values = json.loads(text)
    except ValueError:
        return True
    return not isinstance(values, dict) or values.get("type") == handler.event.name


def _id(values: Mapping[bytes, bytes]) -> UUID:
    try:
        return UUID(values[b"id"].decode())
    except (KeyError, ValueError):
        # Of no job.
        return UUID(int=0)

"""The broker: streams of Redis."""

import contextlib
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
from redis.exceptions import RedisError
from sqlalchemy.ext.asyncio import AsyncSession

from app.background.carrier import Delivery, Inbox
from app.background.dead_letters import forget_attempts
from app.background.dispatcher import Dispatcher
from app.background.handlers import Handler
from app.background.jobs import QUEUES
from app.background.outbox import KEPT, OutboxRow
from app.background.redis_lock import LOCK_SECONDS, Lock
from app.background.sources import JobSource, Ticket
from app.background.streams import NEW, START, Entry, Group, whole
from app.background.work import AwayError, Part, Stop
from app.core.database import Database
from app.project import NAME
from app.settings import Settings

log = logging.getLogger(__name__)

Fields = dict[Any, Any]

# Before every key.
PREFIX = NAME
PATIENCE_SECONDS = 2.0
BLOCK_MS = 500
POLL_SECONDS = 0.25
CONNECTIONS = 20
WORKERS = "workers"
# A worker that has an id so long without taking the job is dead.
IDLE_MS = 60_000


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
            protocol=2,
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
        self.name = uuid4().hex
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
                await self._group(handler.name).make(self.events, "$")
                await self._group(handler.name).make(self._of(handler, "replay"), "0")
            for queue in QUEUES:
                await self._group(WORKERS).make(self._jobs(queue), "0")
            self._prepared = True

    def _group(self, name: str) -> Group:
        return Group(self.redis, name, self.name)

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
            # Else it ends by itself.
            with contextlib.suppress(RedisError, OSError):
                await lock.leave()

    async def _read(self, handler: Handler[Any], inbox: Inbox, stop: Stop, lock: Lock) -> None:
        """Read what others left behind, then what is new."""
        group = self._group(handler.name)
        streams = [self.events, self._of(handler, "replay")]
        for stream in streams:
            at = START
            while at != NEW and await self._may_read(inbox, stop, lock):
                at, entries = await group.take_over(stream, _half(inbox), at)
                await self._put(handler, inbox, entries, again=True)
                if at == START:
                    at = NEW
        while await self._may_read(inbox, stop, lock):
            entries = await group.read(streams, _half(inbox), BLOCK_MS)
            await self._put(handler, inbox, entries, again=False)

    async def _may_read(self, inbox: Inbox, stop: Stop, lock: Lock) -> bool:
        """Wait for room; False when it is time to stop, or another worker reads now."""
        while not stop.wanted and await lock.keep():
            if inbox.room:
                return True
            await stop.within(POLL_SECONDS)
        return False

    async def _put(
        self,
        handler: Handler[Any],
        inbox: Inbox,
        entries: Sequence[Entry],
        *,
        again: bool,
    ) -> None:
        for entry in entries:
            text = (entry.values or {}).get(b"envelope", b"")
            replayed = entry.stream != self.events
            if entry.values is not None and (replayed or _is_for(handler, text)):
                inbox.put(self._delivery(handler, entry, text, again=again))
            else:
                # For others, or cut before it was read.
                await self._done(handler, entry)

    def _delivery(
        self,
        handler: Handler[Any],
        entry: Entry,
        text: bytes,
        *,
        again: bool,
    ) -> Delivery:
        async def done() -> None:
            await self._done(handler, entry)

        async def dead(error: str, attempts: int) -> None:
            letter: Fields = {"envelope": text, "error": error, "attempts": attempts}
            await self._done(handler, entry, letter)

        return Delivery(text, again, done, dead)

    async def _done(
        self,
        handler: Handler[Any],
        entry: Entry,
        letter: Fields | None = None,
    ) -> None:
        """Acknowledge a message; a dead letter is kept in the same step."""
        async with self._asking(), self.redis.pipeline(transaction=True) as pipe:
            if letter is not None:
                pipe.xadd(self._of(handler, "dlq"), letter)
            pipe.xack(entry.stream, handler.name, entry.id)
            if entry.stream != self.events:
                pipe.xdel(entry.stream, entry.id)
            await pipe.execute()

    async def depths(self) -> Mapping[str, int]:
        """Messages that wait for each handler, and its dead letters."""
        await self.ready()
        depths: dict[str, int] = {}
        async with self._asking():
            for handler in self.handlers:
                waiting = await self._group(handler.name).waiting(self.events)
                back = await self.redis.xlen(self._of(handler, "replay"))
                depths[handler.name] = waiting + back
                depths[f"{handler.name}.dlq"] = await self.redis.xlen(self._of(handler, "dlq"))
        return depths

    async def replay(self) -> Mapping[str, int]:
        """Put all dead letters back."""
        back: dict[str, int] = {}
        for handler in self.handlers:
            await forget_attempts(self.database, handler.name)
            dead = self._of(handler, "dlq")
            async with self._asking():
                letters = await whole(self.redis, dead)
                for entry, values in letters:
                    envelope: Fields = {"envelope": values.get(b"envelope", b"")}
                    async with self.redis.pipeline(transaction=True) as pipe:
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
        workers = self._group(WORKERS)
        async with self._asking():
            for queue in QUEUES:
                stream = self._jobs(queue)
                entries = await self._left_behind(workers, stream)
                entries = entries or await workers.read([stream], 1)
                if entries:
                    return self._ticket(entries[0])
        return None

    async def _left_behind(self, workers: Group, stream: str) -> list[Entry]:
        """What a worker took that is gone; looked for now and then."""
        if time.monotonic() < self._look_after.get(stream, 0.0):
            return []
        _, entries = await workers.take_over(stream, 1, idle_ms=IDLE_MS)
        if not entries:
            self._look_after[stream] = time.monotonic() + IDLE_MS / 4000
        return entries

    def _ticket(self, entry: Entry) -> Ticket:
        async def settle() -> None:
            async with self._asking(), self.redis.pipeline(transaction=True) as pipe:
                pipe.xack(entry.stream, WORKERS, entry.id)
                pipe.xdel(entry.stream, entry.id)
                await pipe.execute()

        return Ticket(_job_id(entry.values or {}), settle)


def _half(inbox: Inbox) -> int:
    """How many to ask for: of two streams each may give so many."""
    return max(1, inbox.room // 2)


def _is_for(handler: Handler[Any], text: bytes) -> bool:
    """Whether a message is for a handler: one of which nobody can tell is for all."""
    try:
        values = json.loads(text)
    except ValueError:
        return True
    return not isinstance(values, dict) or values.get("type") == handler.event.name


def _job_id(values: Mapping[bytes, bytes]) -> UUID:
    try:
        return UUID(values[b"id"].decode())
    except (KeyError, ValueError):
        # Of no job.
        return UUID(int=0)

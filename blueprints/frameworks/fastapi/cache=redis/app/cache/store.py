"""Answers kept in Redis, never older than the last answered write.

A commit is announced before it happens, and again when it has happened; what was read before or
while it happened does not count afterwards. When Redis could not be told of a commit, this process throws
everything away before it uses what is kept again.
"""

import hashlib
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal, TypeVar
from uuid import UUID, uuid4

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from pydantic import ValidationError
from sqlalchemy import Connection as DatabaseConnection
from sqlalchemy import TextClause, UpdateBase, event
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.cache import scripts
from app.cache.connection import AwayError, Connection
from app.core.answers import Answer, Page
from app.core.cache import Cache, Kept
from app.core.repository import Repository
from app.project import NAME

A = TypeVar("A", bound=Answer)
T = TypeVar("T")

# Before every key.
PREFIX = NAME
# How long the mark of a commit counts beyond the longest that a statement may take.
MARK_SECONDS = 30
WRITTEN = "written"
ALL = "*"


class RedisCache(Cache):
    """Rows and first pages, and the counts of the limits."""

    def __init__(
        self,
        url: str,
        *,
        seconds: int,
        connections: int,
        commit_seconds: float,
    ) -> None:
        self.redis = Connection(url, connections)
        self.seconds = seconds
        self.mark_ms = round((MARK_SECONDS + commit_seconds) * 1000)
        self.prefix = PREFIX
        # Reads by entity and outcome.
        self.requests: Counter[tuple[str, str]] = Counter()
        # Commits that Redis does not know of, and those of them that no longer matter. What was
        # kept before the start may be one.
        self._untold = 1
        self._settled = 0

    # --- writes -------------------------------------------------------------------------------

    def watch(self, engine: AsyncEngine) -> None:
        event.listen(engine.sync_engine, "begin", _forget_written)
        event.listen(engine.sync_engine, "before_execute", _note_written)

    @asynccontextmanager
    async def announce(self, session: AsyncSession) -> AsyncIterator[None]:
        written: set[str] = set()
        # A session that was rolled back by hand has none.
        if session.in_transaction():
            written = (await session.connection()).info.pop(WRITTEN, written)
        known = Repository.answered
        tables = sorted(known if ALL in written else known & written)
        if not tables:
            yield
            return
        mark = uuid4().hex
        told = await self._tell(scripts.BEGIN, tables, mark, self.mark_ms)
        try:
            yield
        except BaseException:
            # Nobody knows whether it was committed; the mark stays until it no longer counts.
            self._untold += not told
            raise
        if not told or not await self._tell(scripts.END, tables, mark, uuid4().hex):
            self._untold += 1

    async def _tell(self, script: str, tables: Sequence[str], *arguments: str | int) -> bool:
        try:
            await self.redis.run(script, self._keys("", tables), [*arguments, *tables])
        except AwayError:
            return False
        return True

    # --- reads --------------------------------------------------------------------------------

    async def row(
        self,
        repository: Repository[Any, A],
        row_id: UUID,
        load: Callable[[], Awaitable[Kept[A]]],
    ) -> Kept[A]:
        def encode(kept: Kept[A]) -> Any:
            owner = kept.owner_id and str(kept.owner_id)
            return {"owner": owner, "row": kept.answer.model_dump(mode="json")}

        def decode(content: Any) -> Kept[A]:
            owner = content["owner"] and UUID(content["owner"])
            return Kept(repository.answer.model_validate(content["row"]), owner)

        return await self._through(repository, f"row:{row_id}", load, encode, decode)

    async def page(
        self,
        repository: Repository[Any, A],
        name: str,
        load: Callable[[], Awaitable[Page[A]]],
    ) -> Page[A]:
        def encode(page: Page[A]) -> Any:
            return {
                "items": [item.model_dump(mode="json") for item in page.items],
                "frame": page.frame,
            }

        def decode(content: Any) -> Page[A]:
            items = [repository.answer.model_validate(item) for item in content["items"]]
            return Page(items, content["frame"])

        return await self._through(repository, f"page:{name}", load, encode, decode)

    async def _through(
        self,
        repository: Repository[Any, A],
        name: str,
        load: Callable[[], Awaitable[T]],
        encode: Callable[[T], Any],
        decode: Callable[[Any], T],
    ) -> T:
        """What is kept under this name, else what is loaded, which is kept if it may be."""
        if not self.seconds:
            return await load()
        tables = sorted(repository.tables)
        keys = self._keys(f"{_form_of(repository.answer)}:{repository.name}:{name}", tables)
        outcome, stamp, text = await self._look(keys, tables)
        found: T | None = None
        if text is not None:
            try:
                found = decode(json.loads(text, parse_float=Decimal))
            except ValidationError:
                # Stored before a rule of the entity was made stricter.
                outcome = "miss"
        self.requests[repository.name, outcome] += 1
        if found is not None:
            return found
        found = await load()
        if stamp is not None:
            text = json.dumps(encode(found))
            with suppress(AwayError):
                await self.redis.run(scripts.STORE, keys[:1], [stamp, text, self.seconds])
        return found

    async def _look(
        self,
        keys: Sequence[str],
        tables: Sequence[str],
    ) -> tuple[str, str | None, str | None]:
        """The outcome, the generations of the tables, and the text that is kept."""
        untold = self._untold
        end_all = int(untold > self._settled)
        try:
            arguments: list[str | int] = [uuid4().hex, end_all, ALL, *tables]
            found = await self.redis.run(scripts.LOOK, keys, arguments)
        except AwayError:
            return "bypass", None, None
        if found is None:
            return "bypass", None, None
        self._settled = max(self._settled, untold)
        stamp, *kept = found
        return ("hit", stamp, kept[0]) if kept else ("miss", stamp, None)

    def _keys(self, name: str, tables: Sequence[str]) -> list[str]:
        start = f"{self.prefix}:cache"
        commits = [f"{start}:commits:{table}" for table in tables]
        return [f"{start}:{name}", f"{start}:generations", *commits]

    # --- limits, probes, metrics --------------------------------------------------------------

    async def count(self, key: str) -> tuple[int, int] | None:
        try:
            count, left = await self.redis.run(scripts.COUNT, [f"{self.prefix}:limit:{key}"], [])
        except AwayError:
            return None
        return count, left

    async def check(self) -> dict[str, Literal["up", "down"]]:
        return {"cache": "up" if await self.redis.ping() else "down"}

    def metrics(self) -> Iterator[Metric]:
        yield GaugeMetricFamily(
            "cache_up",
            "Whether Redis answered when it was last asked.",
            int(not self.redis.away),
        )
        requests = CounterMetricFamily(
            "cache_requests",
            "Reads that may be kept: hit, miss, or bypass while Redis is away or a commit runs.",
            labels=["entity", "outcome"],
        )
        for (entity, outcome), count in sorted(self.requests.items()):
            requests.add_metric([entity, outcome], count)
        yield requests

    async def close(self) -> None:
        await self.redis.close()


@lru_cache
def _form_of(answer: type[Answer]) -> str:
    """Tells answers of another version of the service from those of this one."""
    schema = json.dumps(answer.model_json_schema(mode="serialization"), sort_keys=True)
    return hashlib.sha256(schema.encode()).hexdigest()[:8]


def _forget_written(connection: DatabaseConnection) -> None:
    connection.info.pop(WRITTEN, None)


def _note_written(connection: DatabaseConnection, statement: object, *_: object) -> None:
    """Note the table of a statement that writes; of a text nobody knows what it writes."""
    if isinstance(statement, UpdateBase):
        connection.info.setdefault(WRITTEN, set()).add(getattr(statement.table, "name", ALL))
    elif isinstance(statement, TextClause) and not statement.text.lstrip().startswith("SELECT"):
        connection.info.setdefault(WRITTEN, set()).add(ALL)

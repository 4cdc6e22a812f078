"""Watching the statements that go to the database: the slow ones are logged and counted."""

import logging
import time
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.logging import route_var

log = logging.getLogger(__name__)


class Statements:
    """Statements of one engine that took `limit_ms` or longer; 0 watches none."""

    def __init__(self, engine: AsyncEngine, limit_ms: int) -> None:
        self.limit_ms = limit_ms
        self.slow = 0
        if limit_ms:
            event.listen(engine.sync_engine, "before_cursor_execute", self._before)
            event.listen(engine.sync_engine, "after_cursor_execute", self._after)

    def _before(self, connection: Connection, *_: Any) -> None:
        connection.info["started"] = time.perf_counter()

    def _after(self, connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        took = (time.perf_counter() - connection.info["started"]) * 1000
        if took >= self.limit_ms:
            self.slow += 1
            # The statement only: its parameters may be personal.
            fields = {"durationMs": round(took, 1), "sql": statement, "route": route_var.get()}
            log.warning("slow query", extra=fields)

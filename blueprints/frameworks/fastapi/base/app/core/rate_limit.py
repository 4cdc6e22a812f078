"""Fixed windows of one minute, counted where all processes see it, else in this process."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.errors import ApiError, ErrorCode, error_response

WINDOW_SECONDS = 60
EXEMPT = frozenset({"/healthz", "/readyz", "/metrics"})


@dataclass(frozen=True)
class Limit:
    """Whose requests are counted together, and how many a minute allows; 0 is no limit."""

    key: str
    per_minute: int


class RateLimit:
    """Counts requests by the key of their `Limit`, and answers 429 beyond it."""

    def __init__(
        self,
        app: ASGIApp,
        limit_for: Callable[[Request, str], Limit],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.app = app
        self.limit_for = limit_for
        self.clock = clock
        self.window = 0
        self.counts: dict[str, int] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in EXEMPT:
            await self.app(scope, receive, send)
            return
        limit = self.limit_for(Request(scope), scope["state"]["client_address"])
        if limit.per_minute == 0:
            await self.app(scope, receive, send)
            return
        shared = await scope["app"].state.database.cache.count(limit.key)
        count, reset = shared or self._count(limit.key)
        fields = {
            "RateLimit-Limit": str(limit.per_minute),
            "RateLimit-Remaining": str(max(0, limit.per_minute - count)),
            "RateLimit-Reset": str(reset),
        }

        async def send_with_fields(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(fields)
            await send(message)

        if count <= limit.per_minute:
            await self.app(scope, receive, send_with_fields)
            return
        error = ApiError(
            429,
            ErrorCode.RATE_LIMITED,
            "Too many requests; try again later.",
            headers={"Retry-After": str(reset)},
        )
        response = error_response(scope["state"]["request_id"], error)
        await response(scope, receive, send_with_fields)

    def _count(self, key: str) -> tuple[int, int]:
        """Count one request; return how many there were, and the seconds until the next window."""
        now = self.clock()
        window = int(now // WINDOW_SECONDS)
        if window != self.window:
            self.window = window
            self.counts.clear()
        self.counts[key] = self.counts.get(key, 0) + 1
        return self.counts[key], math.ceil((window + 1) * WINDOW_SECONDS - now)

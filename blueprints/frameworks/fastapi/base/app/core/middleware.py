"""What surrounds every request: its id, its log line, security headers, limits of size, 500."""

import logging
import re
import time
from collections.abc import Callable, Sequence

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.client import client_of
from app.core.config import Network
from app.core.database import uuid7
from app.core.errors import ApiError, ErrorCode, error_response
from app.core.logging import request_id_var, route_var, traceparent_var

access_log = logging.getLogger("app.access")
log = logging.getLogger(__name__)

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
_NO_GZIP = re.compile(r"(^|,)\s*gzip\s*;\s*q=0(\.0*)?\s*(,|$)", re.IGNORECASE)
# https://www.w3.org/TR/trace-context/#traceparent-header: no version ff, no id of zeros.
_TRACEPARENT = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}"
)

# Told method, route, status and seconds of each request.
Observe = Callable[[str, str, int, float], None]
# Told each unforeseen error, and the scope of its request.
Report = Callable[[BaseException, Scope], None]

# As ASGI has them: lower case, bytes.
SECURITY_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
]
HSTS = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
NO_STORE = (b"cache-control", b"no-store")


class RequestContext:
    """Gives each request its id and client, each answer its headers, and logs one line."""

    def __init__(
        self,
        app: ASGIApp,
        trusted_proxies: Sequence[Network],
        private_paths: Sequence[str],
        observe: Observe,
    ) -> None:
        self.app = app
        self.observe = observe
        self.trusted_proxies = trusted_proxies
        self.private_paths = tuple(private_paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        given = Headers(scope=scope)
        request_id = given.get("x-request-id", "")
        if not _REQUEST_ID.fullmatch(request_id):
            request_id = str(uuid7())
        address, https = client_of(scope, self.trusted_proxies)
        state = scope.setdefault("state", {})
        state.update(request_id=request_id, client_address=address)
        traceparent = given.get("traceparent", "")
        given_id = _trace_id(traceparent)
        trace_id = state.get("trace_id") or given_id
        status = 500

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._add_headers(message["headers"], scope["path"], request_id, https)
            await send(message)

        token = request_id_var.set(request_id)
        traceparent_var.set(traceparent if given_id else None)
        try:
            await self.app(scope, receive, send_with_headers)
        finally:
            request_id_var.reset(token)
            route_var.set(None)
            traceparent_var.set(None)
            route = state.get("route") or "none"
            seconds = time.perf_counter() - started
            self.observe(scope["method"], route, status, seconds)
            fields = {
                "requestId": request_id,
                "method": scope["method"],
                "route": route,
                "status": status,
                "durationMs": round(seconds * 1000, 1),
                "userId": state.get("user_id"),
            }
            if trace_id:
                fields["traceId"] = trace_id
            access_log.info("request", extra=fields)

    def _add_headers(
        self,
        headers: list[tuple[bytes, bytes]],
        path: str,
        request_id: str,
        https: bool,
    ) -> None:
        given = {name for name, _ in headers}
        headers.append((b"x-request-id", request_id.encode()))
        headers.extend(each for each in SECURITY_HEADERS if each[0] not in given)
        if https:
            headers.append(HSTS)
        if path.startswith(self.private_paths):
            headers.append(NO_STORE)


def _trace_id(traceparent: str) -> str | None:
    found = _TRACEPARENT.fullmatch(traceparent)
    return found[1] if found else None


class CatchAll:
    """Turns an unforeseen exception into a 500 that tells nothing; the log has the trace."""

    def __init__(self, app: ASGIApp, report: Report) -> None:
        self.app = app
        self.report = report

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watch)
        except Exception as error:
            log.exception("unhandled exception")
            self.report(error, scope)
            if started or scope["type"] != "http":
                raise
            error = ApiError(500, ErrorCode.INTERNAL_ERROR, "Something went wrong on our side.")
            response = error_response(scope["state"]["request_id"], error)
            await response(scope, receive, send)


class BodyLimit:
    """Refuses a body beyond `limit` bytes, declared or chunked, with 413."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        error = ApiError(
            413,
            ErrorCode.PAYLOAD_TOO_LARGE,
            f"The body may have at most {self.limit} bytes.",
            headers={"Connection": "close"},
        )
        length = Headers(scope=scope).get("content-length", "")
        if length.isdecimal() and int(length[:20]) > self.limit:
            await error_response(scope["state"]["request_id"], error)(scope, receive, send)
            return
        received = 0

        async def receive_limited() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self.limit:
                raise error
            return message

        await self.app(scope, receive_limited, send)


class Gzip(GZipMiddleware):
    """Gzip for those who accept it, which `gzip;q=0` (RFC 9110, section 12.5.3) does not."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            accepted = ",".join(Headers(scope=scope).getlist("accept-encoding"))
            if _NO_GZIP.search(accepted):
                await self.app(scope, receive, send)
                return
        await super().__call__(scope, receive, send)


class Cors(CORSMiddleware):
    """CORS for the listed origins; a preflight that asks for more is an ordinary OPTIONS."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "OPTIONS":
            headers = Headers(scope=scope)
            origin = headers.get("origin")
            method = headers.get("access-control-request-method")
            known = method is None or method in self.allow_methods
            if origin is not None and not (known and self.is_allowed_origin(origin)):
                await self.app(scope, receive, send)
                return
        await super().__call__(scope, receive, send)

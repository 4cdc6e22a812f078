"""A stand-in for another service: a real HTTP server that answers rightly, unless told otherwise."""

import json
import re
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

HANG_SECONDS = 10.0


@dataclass(frozen=True)
class Route:
    """An operation of the service, and its right answer; without one there is no body."""

    method: str
    path: str
    answer: Mapping[str, Any] | None = None

    def matches(self, method: str, path: str) -> bool:
        """Whether a request is for it; `{key}` in the path stands for one segment."""
        pattern = re.sub(r"\\\{.*?\\\}", "[^/]+", re.escape(self.path))
        return method == self.method and re.fullmatch(pattern, path) is not None


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What to answer instead: a status, a body as JSON values or bytes, nothing for long, ..."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    hang: bool = False
    # Begin the answer, and never come to its end.
    stall: bool = False


HANG = Reply(hang=True)
STALL = Reply(stall=True)


@dataclass(frozen=True, kw_only=True)
class Received:
    """A request, as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    text: str

    @property
    def body(self) -> Any:
        """The JSON value of the body."""
        return json.loads(self.text)


class FakeService:
    """The server; `received` has what it was asked."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self.routes = list(routes)
        self.received: list[Received] = []
        self.closing = threading.Event()
        self._replies: deque[Reply] = deque()
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                fake.answer(self)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self.server = _Server(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        """Where it is; services live below a path, too."""
        return f"http://127.0.0.1:{self.server.server_port}/base"

    def next(self, *replies: Reply) -> None:
        """Answer the next requests so, one after the other; then rightly again."""
        self._replies.extend(replies)

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Keep what came, and answer."""
        path, _, query = request.path.partition("?")
        length = int(request.headers.get("Content-Length") or 0)
        path = path.removeprefix("/base")
        received = Received(
            method=request.command,
            path=path,
            query=dict(parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))),
            headers={name.lower(): value for name, value in request.headers.items()},
            text=request.rfile.read(length).decode(),
        )
        self.received.append(received)
        reply = self._replies.popleft() if self._replies else self._right(request.command, path)
        if reply.hang:
            self.closing.wait(HANG_SECONDS)
            return
        data = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
        request.send_response(reply.status)
        for name, value in reply.headers.items():
            request.send_header(name, value)
        request.send_header("Content-Length", str(len(data) if reply.status != 204 else 0))
        request.end_headers()
        if reply.stall:
            self.closing.wait(HANG_SECONDS)
        elif reply.status != 204:
            request.wfile.write(data)

    def _right(self, method: str, path: str) -> Reply:
        for route in self.routes:
            if route.matches(method, path):
                if route.answer is None:
                    return Reply(status=204)
                return Reply(body={**route.answer, "notOurs": [None]})
        return Reply(status=404, body={})


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who gave up on an answer does not read it."""


@contextmanager
def serving(routes: Iterable[Route] = ()) -> Iterator[FakeService]:
    """A service that listens in the meantime."""
    fake = FakeService(routes)
    thread = threading.Thread(target=fake.server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield fake
    finally:
        fake.closing.set()
        fake.server.shutdown()
        fake.server.server_close()
        thread.join()

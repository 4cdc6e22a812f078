"""Tells what the parts around a request cost, in instructions, which no other work on the machine disturbs.

Runs in the folder of the generated project, under valgrind:

    valgrind --tool=callgrind --instr-atstart=no --callgrind-out-file=OUT python parts.py OUT

Each part is taken out of the service, and what is left is counted again. The server, uvicorn, is the
same for both services and left out; so is what the kernel does.
"""

import asyncio
import glob
import json
import logging
import os
import re
import subprocess
import sys

# Under valgrind every statement is slow; none is to be logged for it.
os.environ["SLOW_QUERY_MS"] = "60000"
sys.path[:0] = [os.getcwd(), os.path.dirname(__file__)]

import bare  # noqa: E402 - the folder has just been added
from app.core import middleware  # noqa: E402
from app.main import create_app  # noqa: E402

REQUESTS = 30
OUT = sys.argv[1]
SECURITY_HEADERS = [*middleware.SECURITY_HEADERS]


def service(part: str):
    """The service without a part."""
    app = create_app()
    layers = {layer.cls.__name__: layer for layer in app.user_middleware}
    logging.getLogger("app.access").disabled = part == "log line"
    middleware.SECURITY_HEADERS[:] = [] if part == "security headers" else SECURITY_HEADERS
    if part == "metrics":
        layers["RequestContext"].kwargs["observe"] = lambda *_: None
    taken = {
        "limit of requests": "RateLimit",
        "gzip": "Gzip",
        "limit of size": "BodyLimit",
        "catch-all": "CatchAll",
    }
    if part in taken:
        app.user_middleware.remove(layers[taken[part]])
    if part == "watched statements":
        engine = app.state.database.engine.sync_engine
        watch = app.state.database.statements
        bare.event.remove(engine, "before_cursor_execute", watch._before)
        bare.event.remove(engine, "after_cursor_execute", watch._after)
    return app


async def ask(app, path: str, query: bytes = b"") -> bytes:
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query,
        "root_path": "",
        "scheme": "http",
        "headers": [(b"host", b"127.0.0.1")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "state": {},
    }
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    await app(scope, receive, send)
    assert sent[0]["status"] == 200, sent
    return sent[1]["body"]


def control(*arguments: str) -> None:
    subprocess.run(
        ["callgrind_control", *arguments, str(os.getpid())], check=True, capture_output=True
    )


async def count(app, path: str, query: bytes = b"") -> float:
    """Thousands of instructions for one request."""
    for _ in range(20):
        await ask(app, path, query)
    control("-i", "on")
    control("-z")
    for _ in range(REQUESTS):
        await ask(app, path, query)
    known = set(glob.glob(f"{OUT}*"))
    control("-d")
    control("-i", "off")
    (dump,) = set(glob.glob(f"{OUT}*")) - known
    with open(dump) as file:
        return int(re.search(r"^(?:totals|summary): (\d+)", file.read(), re.M)[1]) / REQUESTS / 1000


async def main() -> None:
    path = "/api/v1/products"
    found = json.loads(await ask(bare.app, path, b"limit=1"))["items"][0]["id"]
    row, rows = (f"{path}/{found}",), (path, b"limit=20")
    parts = [
        "log line",
        "metrics",
        "limit of requests",
        "security headers",
        "gzip",
        "limit of size",
        "catch-all",
    ]
    figures = []
    # The first service warms up what all of them share, and does not count.
    for name in ("warm", "bare", "whole", *parts, "watched statements"):
        app = bare.app if name == "bare" else service(name)
        figures.append([name, *[await count(app, *each) for each in (row, rows)]])
        print(json.dumps(figures[-1]), file=sys.stderr, flush=True)
    _, (_, bare_row, bare_rows), (_, whole_row, whole_rows), *without = figures
    print("| part | `GET` one row | list of 20 |\n|---|---:|---:|")
    print(f"| bare service | {bare_row:.0f} | {bare_rows:.0f} |")
    for name, of_row, of_rows in without:
        print(f"| {name} | {whole_row - of_row:.0f} | {whole_rows - of_rows:.0f} |")
    rest = [
        whole - plain - sum(whole - each[at] for each in without)
        for at, whole, plain in ((1, whole_row, bare_row), (2, whole_rows, bare_rows))
    ]
    print(
        f"| routes known beforehand, who calls, access, query, exact types | {rest[0]:.0f} | {rest[1]:.0f} |"
    )
    print(f"| generated service | {whole_row:.0f} | {whole_rows:.0f} |", flush=True)
    os._exit(0)


asyncio.run(main())

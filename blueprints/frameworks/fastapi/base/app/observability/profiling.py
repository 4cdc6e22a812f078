"""A profile of each request, for development: `python -m pstats <file>` reads one."""

import cProfile
import time
from itertools import count
from pathlib import Path

import anyio
from starlette.types import ASGIApp, Receive, Scope, Send


class ProfileRequests:
    """Writes `<milliseconds>ms-<method>-<route>-<number>.prof` into a folder for each request.

    The interpreter has one profiler: of requests at the same time, only the first one is profiled.
    """

    def __init__(self, app: ASGIApp, folder: str) -> None:
        self.app = app
        self.folder = Path(folder)
        self.numbers = count(1)
        self.busy = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self.busy:
            await self.app(scope, receive, send)
            return
        self.busy = True
        profile = cProfile.Profile()
        started = time.perf_counter()
        profile.enable()
        try:
            await self.app(scope, receive, send)
        finally:
            profile.disable()
            took = round((time.perf_counter() - started) * 1000)
            await anyio.to_thread.run_sync(self._write, profile, took, scope)
            self.busy = False

    def _write(self, profile: cProfile.Profile, took: int, scope: Scope) -> None:
        route = str(scope.get("state", {}).get("route") or "none")
        words = "".join(each if each.isalnum() else "-" for each in route).strip("-")
        self.folder.mkdir(parents=True, exist_ok=True)
        name = f"{took:05}ms-{scope['method']}-{words}-{next(self.numbers)}.prof"
        profile.dump_stats(self.folder / name)

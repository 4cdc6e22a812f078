"""The route table, asked before anything else: 404, 405, HEAD and OPTIONS for every path alike."""

import re
from collections import defaultdict
from collections.abc import Iterable

from fastapi import FastAPI, Response
from fastapi.routing import iter_route_contexts
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.errors import ApiError, ErrorCode, error_response, not_found
from app.core.logging import route_var


class RouteTable:
    """Every path template of an application with its methods."""

    def __init__(self, app: FastAPI) -> None:
        # Grouped by the number of segments, so that few expressions are tried per request.
        self._routes: dict[int, list[tuple[re.Pattern[str], str, set[str]]]] = defaultdict(list)
        for route in iter_route_contexts(app.routes):
            if route.path is None or route.methods is None:
                continue
            pattern = compile_path(route.path)[0]
            group = self._routes[route.path.count("/")]
            group.append((pattern, route.path, set(route.methods)))

    def match(self, path: str) -> dict[str, str]:
        """Return the template for each method of this path; empty for an unknown path."""
        templates: dict[str, str] = {}
        for pattern, template, methods in self._routes.get(path.count("/"), ()):
            # Not `match`: the `$` in the pattern lets a final newline through.
            if pattern.fullmatch(path):
                for method in methods:
                    templates.setdefault(method, template)
        if "GET" in templates:
            templates.setdefault("HEAD", templates["GET"])
        return templates


class EarlyRouting:
    """Answers unknown paths and methods before rate limits, authentication and validation."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.table: RouteTable | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if self.table is None:
            self.table = RouteTable(scope["app"])
        templates = self.table.match(scope["path"])
        method = scope["method"]
        state = scope["state"]
        state["route"] = templates.get(method)
        route_var.set(state["route"])
        if method in templates:
            await self._forward(scope, receive, send)
            return
        if not templates:
            response: Response = error_response(state["request_id"], not_found())
        elif method == "OPTIONS":
            response = Response(status_code=204, headers={"Allow": _allow(templates)})
        else:
            error = ApiError(
                405,
                ErrorCode.METHOD_NOT_ALLOWED,
                f"{method} is not possible here.",
                headers={"Allow": _allow(templates)},
            )
            response = error_response(state["request_id"], error)
        await response(scope, receive, send)

    async def _forward(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def send_without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self.app({**scope, "method": "GET"}, receive, send_without_body)


def _allow(methods: Iterable[str]) -> str:
    return ", ".join(sorted({*methods, "OPTIONS"}))

"""Traces by OpenTelemetry, sent to a collector by OTLP over HTTP."""

from typing import Any

from fastapi import FastAPI
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.asgi import OpenTelemetryMiddleware
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode
from sqlalchemy import Connection, ExceptionContext, event
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.rate_limit import EXEMPT
from app.observability.metrics import METHODS
from app.project import NAME, VERSION

EXPORT_SECONDS = 3
_SPAN = "span"


class Tracing:
    """The spans of one application: a request and, below it, each statement without its values."""

    def __init__(self, endpoint: str, environment: str, engine: AsyncEngine) -> None:
        attributes = {
            "service.name": NAME,
            "service.version": VERSION,
            "deployment.environment.name": environment,
        }
        self.provider = TracerProvider(resource=Resource.create(attributes))
        url = f"{endpoint.rstrip('/')}/v1/traces"
        exporter = OTLPSpanExporter(endpoint=url, timeout=EXPORT_SECONDS)
        self.provider.add_span_processor(BatchSpanProcessor(exporter))
        self.tracer = self.provider.get_tracer(__name__)
        # OpenTelemetry's own instrumentation does nothing on this version of SQLAlchemy.
        event.listen(engine.sync_engine, "before_cursor_execute", self._begin)
        event.listen(engine.sync_engine, "after_cursor_execute", _end)
        event.listen(engine.sync_engine, "handle_error", _fail)

    def surround(self, app: FastAPI) -> None:
        """Add the layer that traces requests."""
        app.add_middleware(TraceRequests, tracing=self)

    def close(self) -> None:
        """Send what is left."""
        self.provider.shutdown()

    def _begin(self, connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        attributes = {"db.system.name": connection.dialect.name, "db.query.text": statement}
        name = statement.split(maxsplit=1)[0]
        span = self.tracer.start_span(name, kind=SpanKind.CLIENT, attributes=attributes)
        connection.info[_SPAN] = span


def _end(connection: Connection, *_: Any) -> None:
    connection.info.pop(_SPAN).end()


def _fail(context: ExceptionContext) -> None:
    span = context.connection.info.pop(_SPAN, None) if context.connection else None
    if span is not None:
        # The kind only: a message may tell values.
        span.set_status(Status(StatusCode.ERROR, type(context.original_exception).__name__))
        span.end()


class TraceRequests:
    """One span for each request, named after its route; it continues the caller's `traceparent`.

    The query stays out of it, as filters and searches may be personal.
    """

    def __init__(self, app: ASGIApp, tracing: Tracing) -> None:
        self.app = app
        self.traced = OpenTelemetryMiddleware(
            self._inside,
            default_span_details=lambda scope: (_method(scope), {}),
            tracer_provider=tracing.provider,
            exclude_spans=["receive", "send"],
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in EXEMPT:
            await self.app(scope, receive, send)
            return
        shown = {**scope, "query_string": b"", "whole": scope}
        await self.traced(shown, receive, send)

    async def _inside(self, shown: Scope, receive: Receive, send: Send) -> None:
        scope: dict[str, Any] = shown["whole"]
        span = trace.get_current_span()
        state = scope.setdefault("state", {})
        state["trace_id"] = trace.format_trace_id(span.get_span_context().trace_id)

        async def send_with_route(message: Message) -> None:
            # The route is known by now, and the span ends with the answer.
            if message["type"] == "http.response.start" and state.get("route"):
                span.update_name(f"{_method(scope)} {state['route']}")
                span.set_attribute("http.route", state["route"])
            await send(message)

        await self.app(scope, receive, send_with_route)


def _method(scope: Scope) -> str:
    return scope["method"] if scope["method"] in METHODS else "HTTP"

"""Traces: what reaches the collector, and whose trace they continue."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from sqlalchemy import text

from app.core.logging import configure_logging
from app.main import create_app
from tests.conftest import SettingsFactory
from tests.observability.receiver import Receiver, receiving
from tests.observability.test_metrics import client_of

pytestmark = pytest.mark.anyio

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = f"00-{TRACE}-b7ad6b7169203331-01"


def spans(receiver: Receiver) -> Iterator[Any]:
    """Every span that was received, with its attributes as a dictionary."""
    for path, body in receiver.received:
        assert path == "/v1/traces"
        request = ExportTraceServiceRequest.FromString(body)
        for resource in request.resource_spans:
            for scope in resource.scope_spans:
                for span in scope.spans:
                    attributes = {each.key: each.value.string_value for each in span.attributes}
                    yield span, attributes


async def ask(app: FastAPI, *paths: str, **headers: str) -> None:
    """Ask for these paths, then end the service."""
    async with client_of(app) as client:
        for path in paths:
            await client.get(path, headers=headers)
    await app.state.observers.close()
    await app.state.database.close()


async def test_a_request_and_its_statements(make_settings: SettingsFactory) -> None:
    with receiving() as receiver:
        endpoint = f"http://{receiver.address}/"
        app = create_app(make_settings(otel_exporter_otlp_endpoint=endpoint))

        @app.get("/probe/{name}")
        async def probe(name: str) -> str:
            await app.state.database.ping()
            return name

        await ask(app, "/probe/me?q=secret", "/healthz", traceparent=PARENT)
    found = list(spans(receiver))
    (request, about), *others = sorted(found, key=lambda each: -each[0].kind)[::-1]
    assert request.name == "GET /probe/{name}"
    assert request.trace_id.hex() == TRACE
    assert request.parent_span_id.hex() == PARENT.split("-")[2]
    assert about["http.route"] == "/probe/{name}"
    assert "secret" not in str(found)
    statements = [attributes for _, attributes in others if "db.query.text" in attributes]
    assert "SELECT 1" in [each["db.query.text"] for each in statements]
    assert {span.trace_id.hex() for span, _ in found} == {TRACE}


async def test_a_statement_that_fails_tells_its_kind_alone(
    make_settings: SettingsFactory,
) -> None:
    with receiving() as receiver:
        endpoint = f"http://{receiver.address}"
        app = create_app(make_settings(otel_exporter_otlp_endpoint=endpoint))

        @app.get("/broken")
        async def broken() -> None:
            async with app.state.database.read() as session:
                await session.execute(text("SELECT 1 FROM nowhere"))

        await ask(app, "/broken")
    failed = [
        span for span, about in spans(receiver) if "nowhere" in about.get("db.query.text", "")
    ]
    assert failed
    assert all(each.status.message.endswith("Error") for each in failed)


async def test_an_unknown_path_has_a_span_without_its_path_in_the_name(
    make_settings: SettingsFactory,
) -> None:
    with receiving() as receiver:
        endpoint = f"http://{receiver.address}"
        app = create_app(make_settings(otel_exporter_otlp_endpoint=endpoint))
        await ask(app, "/nope")
    assert [span.name for span, _ in spans(receiver)] == ["GET"]


async def test_the_log_line_has_the_trace_that_was_begun_here(
    make_settings: SettingsFactory,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with receiving() as receiver:
        endpoint = f"http://{receiver.address}"
        app = create_app(make_settings(otel_exporter_otlp_endpoint=endpoint))
        await ask(app, "/nope")
    ((span, _),) = spans(receiver)
    assert span.trace_id.hex() == trace_of(capsys)


async def test_a_collector_that_is_away_disturbs_nobody(make_settings: SettingsFactory) -> None:
    app = create_app(make_settings(otel_exporter_otlp_endpoint="http://127.0.0.1:1"))
    async with client_of(app) as client:
        assert (await client.get("/openapi.json")).status_code == 200
    await app.state.observers.close()
    await app.state.database.close()


@pytest.mark.parametrize(
    ("given", "trace"),
    [
        (PARENT, TRACE),
        (f"00-{'0' * 32}-b7ad6b7169203331-01", None),
        (f"00-{TRACE}-{'0' * 16}-01", None),
        (f"ff-{TRACE}-b7ad6b7169203331-01", None),
        (TRACE, None),
    ],
)
async def test_without_a_collector_the_log_line_has_the_callers_trace(
    app: FastAPI,
    capsys: pytest.CaptureFixture[str],
    given: str,
    trace: str | None,
) -> None:
    configure_logging("info")  # Again, for the captured output.
    async with client_of(app) as client:
        await client.get("/nope", headers={"traceparent": given})
    assert trace_of(capsys) == trace


def trace_of(capsys: pytest.CaptureFixture[str]) -> Any:
    """The trace id in the log line of the one request."""
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (line,) = [line for line in lines if line["message"] == "request"]
    return line.get("traceId")

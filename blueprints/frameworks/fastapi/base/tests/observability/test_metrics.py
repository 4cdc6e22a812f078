"""`/metrics`: who may read it, and what it counts."""

import pytest
from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient
from prometheus_client.parser import text_string_to_metric_families
from pydantic import ValidationError

from app.core.database import Database
from app.core.naming import snake_case
from app.main import create_app
from tests.conftest import METRICS_TOKEN, SettingsFactory
from tests.core.machinery.tables import Tag

pytestmark = pytest.mark.anyio

BEARER = {"Authorization": f"Bearer {METRICS_TOKEN}"}


def client_of(app: FastAPI) -> AsyncClient:
    """A client at the root of the service."""
    transport = ASGITransport(app=app, raise_app_exceptions=False)
    return AsyncClient(transport=transport, base_url="http://test")


async def read(app: FastAPI) -> dict[str, float]:
    """Every sample by its name and labels, as `name{label="value"}`."""
    async with client_of(app) as client:
        answer = await client.get("/metrics", headers=BEARER)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    found = {}
    for family in text_string_to_metric_families(answer.text):
        assert family.documentation, family.name
        for sample in family.samples:
            labels = ",".join(f'{name}="{value}"' for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


async def test_requests_by_method_template_and_status(make_settings: SettingsFactory) -> None:
    app = create_app(make_settings())
    async with client_of(app) as client:
        await client.get("/healthz")
        await client.get("/healthz")
        await client.head("/healthz")
        await client.get("/nope")
        await client.request("BREW", "/healthz")
        await client.request("BREW2", "/healthz")
    found = await read(app)
    requests = {
        name: value for name, value in found.items() if name.startswith("http_requests_total{")
    }
    assert requests == {
        'http_requests_total{method="GET",route="/healthz",status="200"}': 2,
        'http_requests_total{method="HEAD",route="/healthz",status="200"}': 1,
        'http_requests_total{method="GET",route="none",status="404"}': 1,
        'http_requests_total{method="other",route="none",status="405"}': 2,
    }
    duration = 'http_request_duration_seconds_{}{{{}method="GET",route="/healthz"}}'
    assert found[duration.format("count", "")] == 2
    assert found[duration.format("bucket", 'le="10.0",')] == 2
    assert 0 < found[duration.format("sum", "")] < 10


async def test_each_application_counts_for_itself(app: FastAPI) -> None:
    name = 'http_requests_total{method="GET",route="/healthz",status="200"}'
    other = create_app(app.state.settings)
    async with client_of(other) as client:
        await client.get("/healthz")
    before = (await read(app)).get(name, 0)
    async with client_of(app) as client:
        await client.get("/healthz")
    assert (await read(app))[name] == before + 1
    assert (await read(other))[name] == 1


async def test_the_pool(app: FastAPI, database: Database) -> None:
    idle = await read(app)
    assert idle["database_pool_connections_max"] == app.state.settings.database_pool_size
    assert idle["database_pool_connections_in_use"] == 0
    async with database.read() as session:
        await session.connection()
        assert (await read(app))["database_pool_connections_in_use"] == 1


async def test_created_rows_count_once_they_are_committed(database: Database) -> None:
    async with database.write() as session:
        session.add(Tag(name="a"))
        await session.flush()
        assert database.created["Tag"] == 0
    assert database.created["Tag"] == 1
    async with database.write() as session:
        session.add(Tag(name="b"))
        await session.flush()
        await session.rollback()
    assert database.created["Tag"] == 1
    async with database.write() as session:
        session.add(Tag(name="c"))
        attempt = await session.begin_nested()
        session.add(Tag(name="d"))
        await session.flush()
        await attempt.rollback()
    assert database.created["Tag"] == 2


@pytest.mark.parametrize(
    ("name", "snake"),
    [("Order", "order"), ("OrderItem", "order_item"), ("HTTPLog", "http_log")],
)
def test_names_of_counters(name: str, snake: str) -> None:
    assert snake_case(name) == snake


@pytest.mark.parametrize(
    ("given", "challenge"),
    [
        (None, "Bearer"),
        ("Bearer wrong", 'Bearer error="invalid_token"'),
        (f"Basic {METRICS_TOKEN}", 'Bearer error="invalid_token"'),
        (METRICS_TOKEN, 'Bearer error="invalid_token"'),
        (f"Bearer {METRICS_TOKEN}é", 'Bearer error="invalid_token"'),
    ],
)
async def test_a_token_is_needed(app: FastAPI, given: str | None, challenge: str) -> None:
    headers = {} if given is None else {b"Authorization": given.encode()}
    async with client_of(app) as client:
        answer = await client.get("/metrics", headers=headers)
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "UNAUTHORIZED"
    assert answer.headers["www-authenticate"] == challenge
    assert "http_requests" not in answer.text


async def test_without_a_token_everybody_reads(make_settings: SettingsFactory) -> None:
    app = create_app(make_settings(metrics_token=None))
    async with client_of(app) as client:
        assert (await client.get("/metrics")).status_code == 200


async def test_no_limit_for_prometheus(make_settings: SettingsFactory) -> None:
    app = create_app(make_settings(rate_limit_per_minute=1))
    async with client_of(app) as client:
        answers = [await client.get("/metrics", headers=BEARER) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert "ratelimit-limit" not in answers[0].headers


@pytest.mark.parametrize("token", [None, "short"])
def test_production_refuses_to_start_without_one(
    make_settings: SettingsFactory, token: str | None
) -> None:
    with pytest.raises(ValidationError, match="METRICS_TOKEN"):
        make_settings(app_env="production", metrics_token=token)

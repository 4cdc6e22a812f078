"""What every request meets, whatever its path."""

import json
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient, Response

from app.core.logging import configure_logging
from app.core.middleware import SECURITY_HEADERS
from app.core.naming import json_name
from app.main import create_app
from app.project import BASE_PATH
from tests.conftest import SettingsFactory

pytestmark = pytest.mark.anyio


def client_of(app: FastAPI, address: str = "10.0.0.1", scheme: str = "http") -> AsyncClient:
    """A client at the root of the service that comes from this address."""
    transport = ASGITransport(app=app, raise_app_exceptions=False, client=(address, 1234))
    return AsyncClient(transport=transport, base_url=f"{scheme}://test")


def code_of(answer: Response) -> str:
    """The error code, having checked the rest of the envelope."""
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    assert list(body) == ["error"]
    assert set(body["error"]) == {"code", "message", "details", json_name("request_id")}
    assert body["error"][json_name("request_id")] == answer.headers["x-request-id"]
    return str(body["error"]["code"])


@pytest.fixture
async def root(app: FastAPI) -> Any:
    async with client_of(app) as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/nope", "/healthz/", "/healthz%0A", BASE_PATH, "/HEALTHZ"])
async def test_unknown_paths_are_404_and_never_redirect(root: AsyncClient, path: str) -> None:
    answer = await root.get(path)
    assert answer.status_code == 404
    assert code_of(answer) == "NOT_FOUND"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE"])
async def test_unknown_methods_are_405_with_allow(root: AsyncClient, method: str) -> None:
    answer = await root.request(method, "/healthz")
    assert answer.status_code == 405
    assert code_of(answer) == "METHOD_NOT_ALLOWED"
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"


async def test_options_and_head(root: AsyncClient) -> None:
    options = await root.options("/healthz")
    assert (options.status_code, options.content) == (204, b"")
    assert options.headers["allow"] == "GET, HEAD, OPTIONS"
    head, get = await root.head("/healthz"), await root.get("/healthz")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == get.headers["content-length"]


@pytest.mark.parametrize("path", ["/healthz", "/nope", "/openapi.json"])
async def test_security_headers_are_on_every_answer(root: AsyncClient, path: str) -> None:
    answer = await root.get(path)
    for name, value in SECURITY_HEADERS:
        assert answer.headers[name.decode()] == value.decode()
    assert "server" not in answer.headers
    assert "x-powered-by" not in answer.headers
    assert "strict-transport-security" not in answer.headers


async def test_hsts_only_by_https(app: FastAPI) -> None:
    async with client_of(app, scheme="https") as client:
        assert "strict-transport-security" in (await client.get("/healthz")).headers


@pytest.mark.parametrize(
    ("given", "kept"),
    [("abc.DEF_1-2", True), ("x" * 128, True), ("x" * 129, False), ("a b", False), ("é", False)],
)
async def test_request_id(root: AsyncClient, given: str, kept: bool) -> None:
    answer = await root.get("/nope", headers={b"X-Request-Id": given.encode()})
    assert (answer.headers["x-request-id"] == given) is kept
    code_of(answer)


async def test_an_unforeseen_exception_tells_nothing(
    make_settings: SettingsFactory,
    capsys: pytest.CaptureFixture[str],
) -> None:
    app = create_app(make_settings())

    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("SELECT secret FROM /etc/passwd")

    configure_logging("info")  # Again, for the captured output.
    async with client_of(app) as client:
        answer = await client.get("/broken", headers={"X-Request-Id": "find-me"})
    assert answer.status_code == 500
    assert code_of(answer) == "INTERNAL_ERROR"
    assert answer.headers["x-content-type-options"] == "nosniff"
    for word in ("SELECT", "passwd", "RuntimeError", "Traceback"):
        assert word not in answer.text
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    traces = [line for line in lines if "RuntimeError" in line.get("exception", "")]
    assert [line["requestId"] for line in traces] == ["find-me"]


async def test_one_log_line_per_request(
    root: AsyncClient,
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logging("info")  # Again, for the captured output.
    trace = "0af7651916cd43dd8448eb211c80319c"
    await root.get(
        "/healthz",
        headers={
            "X-Request-Id": "one",
            "Authorization": "Bearer hunter2",
            "traceparent": f"00-{trace}-b7ad6b7169203331-01",
        },
    )
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (line,) = [line for line in lines if line.get("requestId") == "one"]
    assert line.pop("durationMs") >= 0
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "info",
        "message": "request",
        "requestId": "one",
        "method": "GET",
        "route": "/healthz",
        "status": 200,
        "userId": None,
        "traceId": trace,
    }


async def test_the_log_has_routes_and_no_ids(
    make_settings: SettingsFactory,
    capsys: pytest.CaptureFixture[str],
) -> None:
    app = create_app(make_settings())

    @app.get("/things/{name}")
    def thing(name: str) -> str:
        return name

    configure_logging("info")  # Again, for the captured output.
    async with client_of(app) as client:
        for path in ("/things/olga", "/nothing/olga"):
            await client.get(path)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    routes = [line["route"] for line in lines if line["message"] == "request"]
    assert routes == ["/things/{name}", "none"]


async def test_gzip_above_one_kibibyte(root: AsyncClient) -> None:
    large = await root.get("/openapi.json", headers={"Accept-Encoding": "gzip"})
    assert large.headers["content-encoding"] == "gzip"
    assert large.headers["vary"] == "Accept-Encoding"
    small = await root.get("/healthz", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in small.headers
    refused = await root.get("/openapi.json", headers={"Accept-Encoding": "br, gzip;q=0"})
    assert "content-encoding" not in refused.headers


async def test_explorer_loads_nothing_from_elsewhere(root: AsyncClient) -> None:
    page = await root.get("/docs")
    assert page.status_code == 200
    assert "://" not in page.text
    policy = page.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    for path in ("/docs/swagger-ui-bundle.js", "/docs/swagger-ui.css", "/docs/start.js"):
        assert path == "/docs/start.js" or path in page.text
        assert (await root.get(path)).status_code == 200


async def test_no_explorer_in_production(make_settings: SettingsFactory) -> None:
    app = create_app(make_settings(app_env="production"))
    async with client_of(app) as client:
        assert (await client.get("/docs")).status_code == 404
        assert (await client.get("/healthz")).status_code == 200


async def test_readyz_follows_the_database(
    make_settings: SettingsFactory,
    unreachable_url: str,
) -> None:
    app = create_app(make_settings(database_url=unreachable_url))
    async with client_of(app) as client:
        ready = await client.get("/readyz")
        assert ready.status_code == 503
        assert ready.json()["status"] == "unavailable"
        assert ready.json()["checks"]["database"] == "down"
        assert (await client.get("/healthz")).status_code == 200
    await app.state.database.close()


async def test_cors_only_for_listed_origins(make_settings: SettingsFactory) -> None:
    app = create_app(make_settings(cors_origins=("https://shop.example",)))
    async with client_of(app) as client:
        for origin, allowed in (("https://shop.example", True), ("https://evil.example", False)):
            asked = {"Origin": origin, "Access-Control-Request-Method": "GET"}
            preflight = await client.options("/healthz", headers=asked)
            assert preflight.status_code in (200, 204)
            plain = await client.get("/healthz", headers={"Origin": origin})
            for answer in (preflight, plain):
                given = answer.headers.get("access-control-allow-origin")
                assert given == (origin if allowed else None)
                assert "access-control-allow-credentials" not in answer.headers
                assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_preflight_for_a_strange_method_is_an_ordinary_options(
    make_settings: SettingsFactory,
) -> None:
    app = create_app(make_settings(cors_origins=("https://shop.example",)))
    async with client_of(app) as client:
        asked = {"Origin": "https://shop.example", "Access-Control-Request-Method": "TRACE"}
        answer = await client.options("/healthz", headers=asked)
    assert (answer.status_code, answer.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    assert "access-control-allow-origin" not in answer.headers


async def test_no_cors_by_default(root: AsyncClient) -> None:
    answer = await root.get("/healthz", headers={"Origin": "https://shop.example"})
    assert "access-control-allow-origin" not in answer.headers


async def test_rate_limit_by_address(make_settings: SettingsFactory) -> None:
    app = create_app(make_settings(rate_limit_per_minute=2))
    app.openapi()  # Made once, which takes long enough for a minute to end.
    async with client_of(app) as client, client_of(app, "10.0.0.2") as other:
        first = await client.get("/openapi.json")
        assert first.headers["ratelimit-limit"] == "2"
        assert first.headers["ratelimit-remaining"] == "1"
        assert 0 < int(first.headers["ratelimit-reset"]) <= 60
        # A forged header does not make another caller of the same address.
        await client.get("/openapi.json", headers={"X-Forwarded-For": "1.2.3.4"})
        third = await client.get("/openapi.json", headers={"X-Forwarded-For": "1.2.3.5"})
        assert third.status_code == 429
        assert code_of(third) == "RATE_LIMITED"
        assert 0 < int(third.headers["retry-after"]) <= 60
        assert third.headers["ratelimit-remaining"] == "0"
        assert (await client.get("/healthz")).status_code == 200
        assert (await client.get("/nope")).status_code == 404
        assert (await other.get("/openapi.json")).status_code == 200
    await app.state.database.close()


async def test_a_trusted_proxy_tells_the_address(make_settings: SettingsFactory) -> None:
    settings = make_settings(rate_limit_per_minute=1, trusted_proxies="10.0.0.0/24")
    app = create_app(settings)
    app.openapi()  # Made once, which takes long enough for a minute to end.
    async with client_of(app) as client:
        statuses = [
            (await client.get("/openapi.json", headers={"X-Forwarded-For": chain})).status_code
            for chain in ("9.9.9.9", "9.9.9.8", "1.1.1.1, 9.9.9.9", "2.2.2.2, 9.9.9.9, 10.0.0.7")
        ]
    assert statuses == [200, 200, 429, 429]
    await app.state.database.close()

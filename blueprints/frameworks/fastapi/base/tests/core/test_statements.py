"""The log of slow queries."""

import json

import pytest
from sqlalchemy import text

from app.core.logging import configure_logging
from app.main import create_app
from tests.conftest import SettingsFactory
from tests.observability.test_metrics import client_of

pytestmark = pytest.mark.anyio

# Counts up to a million on every database.
SLOW = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150) "
    "SELECT count(*) FROM n AS a, n AS b, n AS c WHERE a.i + b.i + c.i > 3 AND 'personal' <> :value"
)


async def test_a_slow_query_is_one_line_without_values(
    make_settings: SettingsFactory,
    capsys: pytest.CaptureFixture[str],
) -> None:
    app = create_app(make_settings(slow_query_ms=20, database_timeout_ms=30_000))

    @app.get("/slow/{name}")
    async def slow(name: str) -> str:
        async with app.state.database.read() as session:
            await session.execute(text("SELECT 1"))
            await session.execute(text(SLOW), {"value": name})
        return name

    configure_logging("info")  # Again, for the captured output.
    async with client_of(app) as client:
        await client.get("/slow/olga", headers={"X-Request-Id": "slow-one"})
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    noted = [line for line in lines if line["message"] == "slow query"]
    # On a busy machine others are slow, too.
    (line,) = [line for line in noted if line["sql"].startswith("WITH RECURSIVE")]
    assert line["durationMs"] >= 20
    assert (line["requestId"], line["route"]) == ("slow-one", "/slow/{name}")
    assert "olga" not in json.dumps({**line, "route": None})
    assert app.state.database.statements.slow == len(noted)
    await app.state.database.close()


async def test_zero_watches_nothing(make_settings: SettingsFactory) -> None:
    app = create_app(make_settings(slow_query_ms=0))
    await app.state.database.ping()
    assert app.state.database.statements.slow == 0
    await app.state.database.close()

"""Alert rules and dashboard: every query asks for metrics that the service has."""

import json
import re

import pytest
from fastapi import FastAPI

from app.project import NAME
from app.work import make_work
from tests.conftest import ROOT
from tests.observability.test_metrics import read

pytestmark = pytest.mark.anyio

MONITORING = ROOT / "monitoring"
# Prometheus makes this one itself.
OWN = {"up"}


def alert_queries() -> list[str]:
    """The queries of the alert rules."""
    text = (MONITORING / "alerts.yml").read_text(encoding="utf-8")
    return [json.loads(found) for found in re.findall(r"^ +expr: (.*)$", text, re.MULTILINE)]


def dashboard_queries() -> list[str]:
    """The queries of the dashboard."""
    dashboard = json.loads((MONITORING / "grafana" / "dashboard.json").read_text(encoding="utf-8"))
    return [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]


def metrics_of(query: str) -> set[str]:
    """The names of the metrics in a query: what is no function, label, duration or keyword."""
    bare = re.sub(r"\{[^}]*\}|\[[^]]*\]|\b(by|without|on)\s*\([^)]*\)", "", query)
    return set(re.findall(r"\b[a-z_][a-z0-9_]*\b(?!\s*\()", bare)) - {"and", "or", "unless"}


async def of_the_background(app: FastAPI) -> set[str]:
    """The metrics of the service or of its worker, whoever works in the background."""
    work = make_work(app.state.database, app.state.settings)
    text = (await work.metrics()).decode()
    await work.close()
    names = set(re.findall(r"^# TYPE (\S+) ", text, re.MULTILINE))
    return names | {f"{name}_bucket" for name in names}


@pytest.mark.parametrize("query", [*alert_queries(), *dashboard_queries()])
async def test_every_query_asks_for_a_metric_that_is_there(app: FastAPI, query: str) -> None:
    await read(app)  # The first request counts only once it has been answered.
    exported = {name.partition("{")[0] for name in await read(app)}
    exported |= await of_the_background(app)
    assert metrics_of(query)
    assert metrics_of(query) <= exported | OWN
    jobs = re.findall(r'job="([^"]*)"', query)
    assert len(jobs) == query.count("{")
    assert set(jobs) == {NAME}

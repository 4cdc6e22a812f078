"""Settings of other services: what stops the start, and the clients that it opens."""

from pathlib import Path

import pytest

from app.core.config import load_settings
from app.integrations.client import Service
from app.integrations.clients import clients
from app.settings import Settings
from tests.conftest import SettingsFactory
from tests.environment import TEST_SETTINGS
from tests.integrations.operations import OPERATIONS

URLS = sorted({each.url_variable for each in OPERATIONS})
TOKENS = sorted({each.token_variable for each in OPERATIONS if each.token_variable})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((url, "") for url in URLS),
        *((url, "nowhere.example") for url in URLS),
        *((url, "ftp://nowhere.example") for url in URLS),
        *((url, "https://user@nowhere.example") for url in URLS),
        *((url, "https://nowhere.example/?key=1") for url in URLS),
        *((url, "https://nowhere.example:99999") for url in URLS),
        *((url, "https:///path") for url in URLS),
        *((token, "") for token in TOKENS),
        *((token, "two words") for token in TOKENS),
        *((token, "line\n") for token in TOKENS),
    ],
)
def test_a_wrong_setting_is_named(
    name: str,
    value: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    # Where no .env is.
    monkeypatch.chdir(tmp_path)
    for each, right in TEST_SETTINGS.items():
        monkeypatch.setenv(each.upper(), str(right))
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as left:
        load_settings(Settings)
    assert left.value.code == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert f"configuration: {name}: " in line
    # It may be a secret.
    assert not value.strip() or value.strip() not in line


@pytest.mark.anyio
async def test_clients_are_there_while_the_service_runs(make_settings: SettingsFactory) -> None:
    settings = make_settings(**dict.fromkeys(URLS, "https://service.example/api/"))
    async with settings.open_clients():
        made = clients()
        services: list[Service] = [getattr(made, each.service).service for each in OPERATIONS]
    assert len(services) == len(OPERATIONS)
    with pytest.raises(LookupError, match="no client is open"):
        clients()

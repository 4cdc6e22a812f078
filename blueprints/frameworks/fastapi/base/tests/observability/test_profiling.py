"""Profiles of requests."""

import asyncio
import pstats
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.main import create_app
from tests.conftest import SettingsFactory
from tests.observability.test_metrics import client_of

pytestmark = pytest.mark.anyio


async def test_each_request_leaves_a_profile(
    make_settings: SettingsFactory, tmp_path: Path
) -> None:
    folder = tmp_path / "profiles"
    app = create_app(make_settings(profile_dir=str(folder)))
    async with client_of(app) as client:
        await client.get("/readyz")
        both = await asyncio.gather(client.get("/readyz"), client.get("/readyz"))
    await app.state.database.close()
    assert [answer.status_code for answer in both] == [200, 200]
    files = sorted(folder.iterdir(), key=lambda file: file.stem[-1])
    assert [file.stem.split("ms-")[1] for file in files] == ["GET-readyz-1", "GET-readyz-2"]
    assert "readyz" in pstats.Stats(str(files[0])).get_stats_profile().func_profiles


def test_production_refuses_it(make_settings: SettingsFactory) -> None:
    with pytest.raises(ValidationError, match="PROFILE_DIR"):
        make_settings(app_env="production", profile_dir="profiles")

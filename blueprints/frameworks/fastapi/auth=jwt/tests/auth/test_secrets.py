"""Which secrets the service starts with."""

import pytest
from pydantic import ValidationError

from app.auth.config import DEVELOPMENT_SECRET
from tests.conftest import ROOT, SettingsFactory

STRONG = "k3J9-vQ2x_LmZ8rT0wYb5NcHs7Fd1GpA6eUo"


@pytest.mark.parametrize(
    ("environment", "secret", "taken"),
    [
        ("development", DEVELOPMENT_SECRET, True),
        ("production", DEVELOPMENT_SECRET, False),
        ("production", "x" * 40, False),
        ("production", STRONG, True),
        ("development", "x" * 31, False),
        ("development", "x" * 32, True),
        ("development", "é" * 16, True),
    ],
)
def test_jwt_secret(
    make_settings: SettingsFactory,
    environment: str,
    secret: str,
    taken: bool,
) -> None:
    if taken:
        settings = make_settings(app_env=environment, jwt_secret=secret)
        assert secret not in repr(settings)
    else:
        with pytest.raises(ValidationError, match="JWT_SECRET"):
            make_settings(app_env=environment, jwt_secret=secret)


def test_the_example_environment_has_the_secret_that_production_refuses() -> None:
    assert f"\nJWT_SECRET={DEVELOPMENT_SECRET}\n" in (ROOT / ".env.example").read_text()

"""Where the broker of the tests is."""

import os
from pathlib import Path

import pytest
from dotenv import dotenv_values

# The environment wins over .env.
_ENVIRONMENT = {**dotenv_values(Path(__file__).parents[1] / ".env"), **os.environ}
TEST_BROKER_URL = _ENVIRONMENT.get("TEST_BROKER_URL") or ""


def pytest_configure() -> None:
    """Say in one line what is missing, rather than fail in every test."""
    if not TEST_BROKER_URL:
        pytest.exit("set TEST_BROKER_URL to a broker for the tests", returncode=2)

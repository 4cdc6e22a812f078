"""Nothing is tested without a broker."""

import pytest

from tests.broker_url import TEST_BROKER_URL


def pytest_configure() -> None:
    """Say in one line what is missing, rather than fail in every test."""
    if not TEST_BROKER_URL:
        pytest.exit("set TEST_BROKER_URL to a broker for the tests", returncode=2)

"""Fixtures with other services: `others` has a fake of each, and clients that ask them."""

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from app.integrations.clients import Clients, open_clients
from tests.conftest import SettingsFactory
from tests.integrations.fake import FakeService, serving
from tests.integrations.operations import OPERATIONS

Others = dict[str, FakeService]


@pytest.fixture
def others() -> Iterator[Others]:
    """A fake of each service, by its attribute in `Clients`: `others["…"].next(Reply(status=503))`."""
    with ExitStack() as stack:
        names = {each.service for each in OPERATIONS}
        yield {
            name: stack.enter_context(
                serving(each.route for each in OPERATIONS if each.service == name)
            )
            for name in names
        }


@pytest.fixture
async def other_clients(others: Others, make_settings: SettingsFactory) -> AsyncIterator[Clients]:
    """The clients of this process, asking the fakes."""
    addresses: dict[str, Any] = {each.url_variable: others[each.service].url for each in OPERATIONS}
    async with open_clients(make_settings(**addresses)) as opened:
        yield opened

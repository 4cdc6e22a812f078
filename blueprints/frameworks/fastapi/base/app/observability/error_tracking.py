"""Unforeseen errors, sent to Sentry or whatever speaks its protocol."""

import re
from typing import Any

from sentry_sdk import Client
from sentry_sdk.types import Event, Hint
from sentry_sdk.utils import event_from_exception

from app.project import NAME, VERSION

FLUSH_SECONDS = 2.0
# PostgreSQL tells the values of a row in this part of a message.
_DETAIL = re.compile(r"\nDETAIL:[^\n]*")


class ErrorTracking:
    """Reports exceptions with their trace: no body, header, query, user or local variable."""

    def __init__(self, dsn: str, environment: str) -> None:
        self.client: Client = Client(
            dsn=dsn,
            environment=environment,
            release=f"{NAME}@{VERSION}",
            before_send=_without_values,
            # Only what is handed to `report` goes out.
            default_integrations=False,
            auto_enabling_integrations=False,
            max_request_body_size="never",
            include_local_variables=False,
        )

    def report(self, error: BaseException, tags: dict[str, str]) -> None:
        """Send one exception; the tags say in which request it happened."""
        event, hint = event_from_exception(error, client_options=self.client.options)
        event["tags"] = tags
        event["transaction"] = f"{tags['method']} {tags['route']}"
        self.client.capture_event(event, hint)

    def close(self) -> None:
        """Send what is left."""
        self.client.close(timeout=FLUSH_SECONDS)


def _without_values(event: Event, _hint: Hint) -> Event:
    values: list[dict[str, Any]] = event.get("exception", {}).get("values", [])
    for each in values:
        each["value"] = _DETAIL.sub("", str(each.get("value", "")))
    return event

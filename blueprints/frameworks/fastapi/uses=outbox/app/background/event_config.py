"""Settings of events."""

from app.core.config import CoreSettings, Positive
from app.core.outbox import Outbox


class EventSettings(CoreSettings):
    """How often a handler is tried, and how long it waits in between."""

    event_attempts: Positive = 5
    event_retry_base_ms: Positive = 1000

    def make_outbox(self) -> Outbox:
        """Where writes are told of."""
        # It knows the database, which knows the settings.
        from app.background.outbox import TableOutbox

        return TableOutbox()

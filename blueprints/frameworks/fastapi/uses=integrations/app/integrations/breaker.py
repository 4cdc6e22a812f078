"""Nobody waits for a service that is away."""

import logging
import time

from app.integrations.errors import ServiceFailedError

log = logging.getLogger(__name__)

# After so many failures in a row it counts as away.
FAILURES = 5
# How long it is left alone then, before one request tries it.
PAUSE_SECONDS = 30.0


class Breaker:
    """Opens after failures in a row; then one request at a time tries, after a pause.

    Written here, as libraries let every request try once the pause is over, or know no asyncio.
    """

    def __init__(self, service: str) -> None:
        self.service = service
        self._failures = 0
        self._next_trial = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the service counts as away."""
        return self._failures >= FAILURES

    def admit(self) -> None:
        """Let a request through; raises `ServiceFailedError` while the service is left alone."""
        if not self.is_open:
            return
        if time.monotonic() < self._next_trial:
            raise ServiceFailedError(self.service, "is away, and left alone for now")
        # This request is the trial. Should it never end, another one follows after the next pause.
        self._next_trial = time.monotonic() + PAUSE_SECONDS

    def succeeded(self) -> None:
        """The service has answered."""
        if self.is_open:
            log.info("service is back", extra={"service": self.service})
        self._failures = 0

    def failed(self) -> None:
        """The service has not answered, or could not do what was asked."""
        self._failures += 1
        if self._failures == FAILURES:
            log.warning("service is away", extra={"service": self.service})
        if self.is_open:
            self._next_trial = time.monotonic() + PAUSE_SECONDS

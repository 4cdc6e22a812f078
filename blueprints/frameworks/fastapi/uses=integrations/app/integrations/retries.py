"""Asking again: how often, after which wait, and what the log tells of it."""

import logging
from collections.abc import AsyncIterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import stamina
from stamina.instrumentation import RetryDetails, set_on_retry_hooks

from app.integrations.errors import ServiceFailedError

log = logging.getLogger(__name__)

ATTEMPTS = 3
# The wait doubles from attempt to attempt; up to so much is added by chance.
FIRST_WAIT_SECONDS = 0.1
LONGEST_WAIT_SECONDS = 2.0
JITTER_SECONDS = 0.1
# Whoever asks for a longer wait is not asked again.
PATIENCE_SECONDS = 5.0


def retries(safe: bool) -> AsyncIterable[stamina.Attempt]:
    """The attempts of a request; only one when it is not safe to repeat it."""

    def wait(error: Exception) -> bool | float:
        if not isinstance(error, ServiceFailedError) or not error.again:
            return False
        if error.wait_seconds is None:
            return True
        return error.wait_seconds <= PATIENCE_SECONDS and error.wait_seconds

    return stamina.retry_context(
        on=wait,
        attempts=ATTEMPTS if safe else 1,
        timeout=None,
        wait_initial=FIRST_WAIT_SECONDS,
        wait_max=LONGEST_WAIT_SECONDS,
        wait_jitter=JITTER_SECONDS,
    )


def wait_asked_for(header: str | None) -> float | None:
    """The seconds of a `Retry-After`, which has a number or a date (RFC 9110, section 10.2.3)."""
    text = (header or "").strip()
    if text.isascii() and text.isdecimal():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    ahead = moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)
    return max(ahead.total_seconds(), 0.0)


def _tell(details: RetryDetails) -> None:
    error = details.caused_by
    extra = {"attempt": details.retry_num, "waitMs": round(details.wait_for * 1000)}
    log.warning("asking again: %s", error, extra=extra)


# In place of the library's own lines, which are no JSON.
set_on_retry_hooks([_tell])

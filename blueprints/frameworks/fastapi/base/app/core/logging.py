"""Logs as one JSON object per line on standard output."""

import logging
import logging.config
import re
from contextvars import ContextVar
from typing import Any

import structlog

request_id_var: ContextVar[str | None] = ContextVar("request_id", default=None)
traceparent_var: ContextVar[str | None] = ContextVar("traceparent", default=None)
route_var: ContextVar[str | None] = ContextVar("route", default=None)

# Whatever carries one of these in its name never reaches the log.
_SECRET = re.compile("password|token|secret|authorization|apikey|api_key", re.IGNORECASE)


def configure_logging(level: str) -> None:
    """Send the records of every library through one JSON formatter."""
    # No line tells them: https://docs.python.org/3/howto/logging.html#optimization
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    before: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        _add_request_id,
        _hide_secrets,
    ]
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": before,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            structlog.processors.EventRenamer("message"),
            structlog.processors.JSONRenderer(default=str),
        ],
    }
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"json": formatter},
            "handlers": {
                "stdout": {
                    "class": "logging.StreamHandler",
                    "stream": "ext://sys.stdout",
                    "formatter": "json",
                }
            },
            "root": {"level": level.upper(), "handlers": ["stdout"]},
            "loggers": {
                # One line per request is ours; the rest of the server's talk goes to the root.
                "uvicorn": {"level": level.upper(), "handlers": [], "propagate": True},
                "uvicorn.error": {"level": "NOTSET", "handlers": [], "propagate": True},
                "uvicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
                "aiosqlite": {"level": "WARNING"},
            },
        }
    )


def _add_request_id(
    _logger: Any,
    _method: str,
    event: structlog.typing.EventDict,
) -> structlog.typing.EventDict:
    request_id = request_id_var.get()
    if request_id is not None:
        event.setdefault("requestId", request_id)
    return event


def _hide_secrets(
    _logger: Any,
    _method: str,
    event: structlog.typing.EventDict,
) -> structlog.typing.EventDict:
    event.pop("color_message", None)  # uvicorn's, for terminals
    for key in event:
        if _SECRET.search(key):
            event[key] = "***"
    return event

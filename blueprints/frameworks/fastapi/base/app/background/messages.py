"""What jobs are given and what events say: strict JSON, made from Python's own values."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, model_validator

from app.core.answers import Wire


class Message(Wire):
    """Base of arguments and payloads."""

    model_config = ConfigDict(extra="forbid", validate_by_name=True, validate_by_alias=True)

    @model_validator(mode="before")
    @classmethod
    def _from_python(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        return {key: _plain(value) for key, value in values.items()}


def _plain(value: Any) -> Any:
    """A value as JSON has it; fields accept nothing else."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return Decimal(repr(value)) if isinstance(value, float) else value

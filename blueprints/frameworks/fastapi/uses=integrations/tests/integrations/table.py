"""What the tests know of an operation: `operations.py` has one for each."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from tests.integrations.fake import Route


@dataclass(frozen=True, kw_only=True)
class Part:
    """A field of what is sent or answered, by its JSON key, with a right value."""

    key: str
    member: str
    kind: str
    example: Any
    scale: int = 0
    required: bool = True
    has_default: bool = False

    @property
    def wire(self) -> Any:
        """The example, as it is written in JSON."""
        if isinstance(self.example, list):
            return self.example
        if self.kind == "decimal":
            return f"{Decimal(str(self.example)):.{self.scale}f}"
        if self.kind == "datetime":
            moment = datetime.fromisoformat(self.example)
            return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
        return self.example


@dataclass(frozen=True, kw_only=True)
class OperationCase:
    """An operation, as the other service describes it."""

    service: str
    operation: str
    method: str
    path: str
    url_variable: str
    token_variable: str | None
    # The header with the token, and what stands before the token there.
    header: str = ""
    scheme: str = ""
    timeout_ms: int
    given: list[Part]
    answer: list[Part]

    @property
    def route(self) -> Route:
        """The operation, with its right answer."""
        answer = {part.key: part.example for part in self.answer}
        return Route(self.method, self.path, answer or None)

    def __str__(self) -> str:
        return f"{self.service}.{self.operation}"

"""Events: their types, and the envelope that they travel in (CloudEvents 1.0)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import ValidationError
from pydantic_core import to_json

from app.core.answers import Wire
from app.core.database import now_ms, uuid7
from app.core.errors import ApiError
from app.core.fields import DateTime, Identifier
from app.core.json_body import decode_json
from app.project import NAME

SOURCE = f"/{NAME}"
D = TypeVar("D", bound=Wire)


class NotValidError(Exception):
    """A message is no envelope, or does not hold what its type says."""


@dataclass(frozen=True)
class EventType(Generic[D]):
    """A name, and what such an event says."""

    name: str
    data: type[D]


@dataclass(frozen=True)
class Envelope(Generic[D]):
    """An event: what happened, to which row, and when. A repeated message has the same id."""

    id: UUID
    type: str
    subject: UUID
    time: datetime
    data: D

    def text(self) -> str:
        """The message."""
        return to_json(
            {
                "specversion": "1.0",
                "id": str(self.id),
                "source": SOURCE,
                "type": self.type,
                "subject": str(self.subject),
                "time": DateTime().write(self.time),
                "datacontenttype": "application/json",
                "dataschema": schema_of(self.type),
                "data": self.data,
            }
        ).decode()


def schema_of(name: str) -> str:
    """Where the schema of a type's data is."""
    return f"/schemas/{name}/v1.json"


def happened(name: str, subject: UUID, data: D) -> Envelope[D]:
    """An event of this moment."""
    return Envelope(uuid7(), name, subject, now_ms(), data)


@dataclass(frozen=True)
class Letter:
    """An envelope whose data has not been read yet."""

    id: UUID
    type: str
    subject: UUID
    time: datetime
    data: Any

    def open(self, kind: EventType[D]) -> Envelope[D]:
        """The event; raises when it is of another type, or its data is not what the type says."""
        if self.type != kind.name:
            raise NotValidError(f"type is not {kind.name}")
        try:
            data = kind.data.model_validate(self.data)
        except ValidationError as error:
            faults = error.errors(include_url=False, include_input=False)
            places = [f"{'.'.join(map(str, each['loc']))} {each['msg']}" for each in faults]
            raise NotValidError(f"data: {'; '.join(places)}") from None
        return Envelope(self.id, self.type, self.subject, self.time, data)


def read_letter(text: bytes) -> Letter:
    """Read an envelope, strictly: every attribute and no other."""
    try:
        values = decode_json(text)
    except ApiError as error:
        raise NotValidError(error.message) from None
    if not isinstance(values, dict):
        raise NotValidError("no object")
    name = values.get("type")
    fixed = {
        "specversion": "1.0",
        "source": SOURCE,
        "datacontenttype": "application/json",
        "dataschema": schema_of(str(name)),
    }
    for key, value in fixed.items():
        if values.pop(key, None) != value:
            raise NotValidError(f"{key} is not {value}")
    if values.keys() != {"id", "type", "subject", "time", "data"} or not isinstance(name, str):
        raise NotValidError("an attribute is missing, or there is one too many")
    try:
        return Letter(
            Identifier().check(values["id"]),
            name,
            Identifier().check(values["subject"]),
            DateTime().check(values["time"]),
            values["data"],
        )
    except ValueError as error:
        raise NotValidError(str(error)) from None

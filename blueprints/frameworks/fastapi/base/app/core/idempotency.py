"""Requests that are made twice and done once: the header `Idempotency-Key`.

The key is stored in the transaction of the write, so that a key without its write does not exist. A
second request with the same key waits for the first at the unique key of the table.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from fastapi import FastAPI, Request, Response
from sqlalchemy import Index, Integer, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from app.core.answers import Wire
from app.core.config import CoreSettings
from app.core.database import Base, CodepointString, Database, UtcDateTime, Uuid, now_ms, uuid7
from app.core.errors import ApiError, ErrorCode, FieldError, validation_error
from app.project import BASE_PATH

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
_KEY = re.compile(r"[\x20-\x7e]{1,255}")


class IdempotencyKey(Base):
    """A key, who used it for what, and the answer that was given."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (
        Index("uq_idempotency_keys_key", "caller", "path", "key", unique=True),
        Index(None, "created_at"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid7)
    key: Mapped[str] = mapped_column(CodepointString(255))
    caller: Mapped[str] = mapped_column(CodepointString(100))
    # A digest: paths can be long.
    path: Mapped[str] = mapped_column(CodepointString(64))
    # A digest: what was sent is nobody's business later.
    body: Mapped[str] = mapped_column(CodepointString(64))
    status: Mapped[int] = mapped_column(Integer, default=0)
    answer: Mapped[str] = mapped_column(CodepointString(), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now_ms)


class ReplayError(Exception):
    """This request has been answered before."""

    def __init__(self, status: int, answer: str) -> None:
        super().__init__()
        self.status = status
        self.answer = answer


@dataclass(frozen=True)
class Repeatable:
    """What makes two requests one: the key, who sent it and where; `seconds` is how long."""

    key: str
    caller: str
    path: str
    seconds: int


async def claim(session: AsyncSession, request: Repeatable, body: Any) -> IdempotencyKey:
    """Take a key for this transaction; raises the kept answer, or 422 for another body."""
    if not _KEY.fullmatch(request.key):
        message = "must be 1 to 255 printable ASCII characters"
        raise validation_error([FieldError(HEADER, "format", message)])
    place, digest = _digest(request.path), _digest(_canonical(body))
    key = select(IdempotencyKey).where(
        IdempotencyKey.caller == request.caller,
        IdempotencyKey.path == place,
        IdempotencyKey.key == request.key,
    )
    known = await session.scalar(key.with_for_update())
    if known is not None and known.created_at < now_ms() - timedelta(seconds=request.seconds):
        await session.delete(known)
        await session.flush()
        known = None
    if known is None:
        made = IdempotencyKey(key=request.key, caller=request.caller, path=place, body=digest)
        try:
            async with session.begin_nested():
                session.add(made)
        except IntegrityError:
            # Another request with this key was quicker, and has just been committed.
            known = await session.scalar(key)
            if known is None:
                raise
        else:
            return made
    if known.body != digest:
        raise ApiError(
            422,
            ErrorCode.IDEMPOTENCY_KEY_REUSED,
            "This key was used with another body.",
        )
    raise ReplayError(known.status, known.answer)


def keep(key: IdempotencyKey, status: int, answer: Wire) -> None:
    """Note the answer that a repeated request gets."""
    key.status = status
    value = answer.model_dump(mode="json")
    key.answer = json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def install_replays(app: FastAPI) -> None:
    """Answer repeated requests with what is kept."""
    app.add_exception_handler(ReplayError, _replay)


async def _replay(request: Request, error: Exception) -> Response:
    assert isinstance(error, ReplayError)  # noqa: S101 - registered for it alone
    headers = {REPLAYED: "true"}
    row = json.loads(error.answer)
    if "version" in row:
        headers["ETag"] = f'"{row["version"]}"'
    if error.status == 201:
        collection = request.scope["path"].removeprefix(BASE_PATH)
        headers["Location"] = f"{BASE_PATH}{collection}/{row['id']}"
    return Response(error.answer, error.status, headers, "application/json")


async def forget_old_keys(database: Database, settings: CoreSettings) -> None:
    """Delete the keys whose time has passed."""
    old = now_ms() - timedelta(seconds=settings.idempotency_seconds)
    async with database.write() as session:
        await session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < old))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _canonical(value: Any) -> str:
    """JSON text that is the same for equal JSON values: `1.0` is 1, the order of keys is nothing."""
    return json.dumps(_plain(value), sort_keys=True, ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return f"number {Decimal(value).normalize()}"
    return value if value is None or isinstance(value, bool) else f"text {value}"

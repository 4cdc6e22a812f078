"""One request as the services see it."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated

from fastapi import Depends, Path, Request

from app.core.caller import Caller, CallerDep
from app.core.database import Database, database_of
from app.core.idempotency import HEADER, Repeatable
from app.core.listing import Query


@dataclass(frozen=True)
class Call:
    """Who calls, with which parameters and conditions, on which database."""

    caller: Caller
    database: Database
    query: bytes = b""
    if_match: str | None = None
    if_none_match: str | None = None
    repeatable: Repeatable | None = None


async def get_call(request: Request, caller: CallerDep) -> Call:
    """The call behind a request."""
    return Call(
        caller,
        database_of(request),
        request.scope["query_string"],
        _joined(request, "if-match"),
        _joined(request, "if-none-match"),
        _repeatable(request, caller),
    )


def _joined(request: Request, name: str) -> str | None:
    values = request.headers.getlist(name)
    return ", ".join(values) if values else None


def _repeatable(request: Request, caller: Caller) -> Repeatable | None:
    key = _joined(request, HEADER.lower())
    if key is None:
        return None
    who = f"user {caller.user_id}" if caller.user_id else f"address {request.state.client_address}"
    seconds = request.app.state.settings.idempotency_seconds
    return Repeatable(key, who, request.url.path, seconds)


CallDep = Annotated[Call, Depends(get_call)]


async def get_query(request: Request) -> Query:
    """The parameters of a request, for routes that need no more of the call."""
    return Query(request.scope["query_string"])


QueryDep = Annotated[Query, Depends(get_query)]

# A malformed id is noticed by the service, after its checks of who may call.
PathId = Annotated[str, Path(json_schema_extra={"format": "uuid"})]
UuidPath = partial(Path, json_schema_extra={"format": "uuid"})

"""Receives what other services tell: looks at the signature, then does the command once.

Another service sends an event again until it has an answer, so one event may come many times, also
at once. The event's id is the idempotency key of the command: it is kept in the command's own
transaction, and an event that comes again finds it there.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Request, Response
from pydantic import SecretStr, TypeAdapter, ValidationError

from app.core import answers
from app.core.answers import Wire
from app.core.bodies import Body, Submitted
from app.core.call import Call
from app.core.caller import Caller, get_caller
from app.core.database import database_of
from app.core.errors import ApiError, ErrorCode, FieldError, field_errors, validation_error
from app.core.fields import String
from app.core.idempotency import REPLAYED, Repeatable, ReplayError
from app.core.json_body import JSON_TYPES, decode_json, require_type
from app.core.listing import Query
from app.webhooks.signature import is_signed


@dataclass(frozen=True)
class Reaction:
    """The command that an event asks for, and where in the event its row and its input are."""

    run: Callable[..., Awaitable[Any]]
    row: str
    body: type[Body] | None = None
    input: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Webhook:
    """Another service that tells of what happens there; `secret` is a setting."""

    name: str
    path: str
    operation: str
    scheme: str
    secret: str
    header: str
    tolerance: int
    reactions: dict[str, Reaction]


class WebhookEvent(Wire):
    """What every event says; the rest is the other service's own."""

    id: Annotated[str, String(min=1, pattern="^[ -~]+$", example="evt_1")]
    type: Annotated[str, String(min=1, example="payment.succeeded")]


async def receive(request: Request, webhook: Webhook) -> Response:
    """Act on an event: 204 when it is done, was done before, or is nothing to act on."""
    # A bad token is refused here too, where none is needed.
    await get_caller(request)
    data = await request.body()
    require_type(request, data, JSON_TYPES)
    settings = request.app.state.settings
    secret: SecretStr = getattr(settings, webhook.secret)
    header = ", ".join(request.headers.getlist(webhook.header))
    known = secret.get_secret_value()
    if not is_signed(header, data, known, now=time.time(), tolerance=webhook.tolerance):
        raise _unsigned()
    told = decode_json(data)
    event = _event(told, Query(request.scope["query_string"]))
    reaction = webhook.reactions.get(event.type)
    if reaction is None:
        return answers.no_content()
    row = _row(told, reaction.row)
    who = f"webhook {webhook.name}"
    call = Call(
        Caller(role="admin"),
        database_of(request),
        repeatable=Repeatable(event.id, who, webhook.path, settings.idempotency_seconds),
    )
    try:
        if reaction.body is None:
            await reaction.run(call, row)
        else:
            await reaction.run(call, row, _submitted(reaction.body, _given(told, reaction.input)))
    except ReplayError:
        return Response(status_code=204, headers={REPLAYED: "true"})
    return answers.no_content()


def _unsigned() -> ApiError:
    return ApiError(
        401,
        ErrorCode.UNAUTHORIZED,
        "The signature is missing, wrong or too old.",
        headers={"WWW-Authenticate": "HMAC-SHA256"},
    )


def _event(told: Any, query: Query) -> WebhookEvent:
    faults = query.finish()
    if not isinstance(told, dict):
        raise validation_error([*faults, FieldError("", "type", "must be an object")])
    try:
        event = WebhookEvent.model_validate(told)
    except ValidationError as error:
        faults += field_errors(error.errors(include_url=False))
    if faults:
        raise validation_error(faults)
    return event


def _found(told: Any, way: str) -> Any:
    """What is at the end of a way, `data.object.id`; None where it leads nowhere."""
    for key in way.split("."):
        told = told.get(key) if isinstance(told, dict) else None
    return told


def _row(told: Any, way: str) -> str:
    found = _found(told, way)
    if found is None:
        raise validation_error([FieldError(way, "required", "must be given")])
    if not isinstance(found, str):
        raise validation_error([FieldError(way, "type", "must be a string")])
    return found


def _given(told: Any, ways: Mapping[str, str]) -> dict[str, Any]:
    found = {key: _found(told, way) for key, way in ways.items()}
    return {key: value for key, value in found.items() if value is not None}


def _submitted(body: type[Body], value: dict[str, Any]) -> Submitted[Any]:
    adapter: TypeAdapter[Submitted[Any]] = TypeAdapter(Submitted[body])  # type: ignore[valid-type]
    return adapter.validate_python(value)

"""Strict reading of JSON bodies (RFC 8259), before any validation."""

import json
from collections.abc import Callable, Coroutine
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Scope

from app.core.database import repeat_deadlocked
from app.core.errors import ApiError, ErrorCode, malformed_json

MAX_DEPTH = 64
TOO_DEEP = f"The body is nested deeper than {MAX_DEPTH}."
JSON_TYPES = ("application/json",)
PATCH_TYPES = ("application/merge-patch+json", "application/json")


def decode_json(data: bytes, around: int = 0) -> Any:
    """Decode a body; anything that RFC 8259 does not allow, or nested too deep, is a 400.

    `around` is how many levels are around what was a body once.
    Numbers with a fraction or an exponent become `Decimal`, so that no digit is lost; of a
    duplicate key the last value counts.
    """
    try:
        value = json.loads(
            data.decode(),
            parse_float=_decimal,
            parse_int=_integer,
            parse_constant=_constant,
        )
    except UnicodeDecodeError:
        raise malformed_json("The body is not UTF-8.") from None
    except RecursionError:
        raise malformed_json(TOO_DEEP) from None
    except json.JSONDecodeError:
        raise malformed_json("The body is not JSON.") from None
    # Escapes alone can hold half a surrogate pair, and few bodies have as many brackets.
    if b"\\u" in data or data.count(b"{") + data.count(b"[") > MAX_DEPTH:
        _check(value, 1 - around)
    return value


def _decimal(digits: str) -> Decimal:
    try:
        return Decimal(digits)
    except InvalidOperation:
        # The exponent has more than 18 digits: as good as zero, or far beyond every limit.
        tiny = "e-" in digits.lower()
        return Decimal("-0" if tiny else "-1e999") if digits[0] == "-" else _limit(tiny)


def _limit(tiny: bool) -> Decimal:
    return Decimal("0" if tiny else "1e999")


def _integer(digits: str) -> int | Decimal:
    # int() refuses more than 4,300 digits, and is slow on the way there.
    return int(digits) if len(digits) <= 400 else Decimal(digits)


def _constant(_name: str) -> NoReturn:
    """`NaN`, `Infinity` and `-Infinity`, which Python takes for JSON."""
    raise malformed_json("The body is not JSON.")


def require_type(request: Request, data: bytes, allowed: tuple[str, ...]) -> None:
    """415 for a body of another media type."""
    content_type = request.headers.get("content-type", "").partition(";")[0]
    if data and content_type.strip().lower() not in allowed:
        header = "Accept-Patch" if allowed is PATCH_TYPES else "Accept"
        raise ApiError(
            415,
            ErrorCode.UNSUPPORTED_MEDIA_TYPE,
            f"Send the body as {allowed[0]}.",
            headers={header: ", ".join(allowed)},
        )


def _check(value: Any, depth: int) -> None:
    """Refuse deep nesting, and lone surrogates, which are no Unicode text."""
    if isinstance(value, str):
        if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
            raise malformed_json("A string holds half a surrogate pair.")
    elif isinstance(value, dict | list):
        if depth > MAX_DEPTH:
            raise malformed_json(TOO_DEEP)
        if isinstance(value, dict):
            for key in value:
                _check(key, depth)
            value = list(value.values())
        for item in value:
            _check(item, depth + 1)


_NO_OBJECT = object()


class _JsonRequest(Request):
    """A request whose JSON has been read already."""

    def __init__(self, request: Request, value: Any) -> None:
        super().__init__(request.scope, request.receive)
        self._body = b"read"
        self._value = value

    async def json(self) -> Any:
        # Of anything else FastAPI would read the attributes, and null it takes for "no body".
        return self._value if isinstance(self._value, dict) else _NO_OBJECT


class JsonRoute(APIRoute):
    """A route whose body is strict JSON: use it as the `route_class` of every router."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether this route answers a request; most know at once, as the template is known."""
        if scope["state"]["route"] != self.path:
            return Match.NONE, {}
        return super().matches(scope)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        once = super().get_route_handler()

        async def handler(request: Request) -> Response:
            return await repeat_deadlocked(lambda: once(request))

        if self.body_field is None:
            return handler
        allowed = PATCH_TYPES if "PATCH" in (self.methods or ()) else JSON_TYPES

        async def read_then_handle(request: Request) -> Response:
            data = await request.body()
            require_type(request, data, allowed)
            return await handler(_JsonRequest(request, decode_json(data)))

        return read_then_handle

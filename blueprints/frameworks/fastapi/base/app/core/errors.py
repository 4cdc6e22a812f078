"""One error body for every failure, whichever layer noticed it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from app.core.naming import json_name


class ErrorCode(StrEnum):
    """The codes that clients may compare; messages are for people."""

    VALIDATION_ERROR = "VALIDATION_ERROR"
    MALFORMED_JSON = "MALFORMED_JSON"
    UNAUTHORIZED = "UNAUTHORIZED"
    INVALID_CREDENTIALS = "INVALID_CREDENTIALS"
    TOKEN_EXPIRED = "TOKEN_EXPIRED"  # noqa: S105 - an error code, not a secret
    FORBIDDEN = "FORBIDDEN"
    NOT_FOUND = "NOT_FOUND"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    CONFLICT = "CONFLICT"
    PRECONDITION_FAILED = "PRECONDITION_FAILED"
    PAYLOAD_TOO_LARGE = "PAYLOAD_TOO_LARGE"
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    IDEMPOTENCY_KEY_REUSED = "IDEMPOTENCY_KEY_REUSED"
    RATE_LIMITED = "RATE_LIMITED"
    ACCOUNT_LOCKED = "ACCOUNT_LOCKED"
    INTERNAL_ERROR = "INTERNAL_ERROR"
    SERVICE_UNAVAILABLE = "SERVICE_UNAVAILABLE"


# Of several rules that one field breaks, the first in this order is reported.
RULES = (
    "unknown",
    "readOnly",
    "required",
    "type",
    "format",
    "enum",
    "scale",
    "min",
    "max",
    "above",
    "below",
    "pattern",
    "unique",
    "reference",
    "rule",
    "repeated",
)


@dataclass(frozen=True)
class FieldError:
    """One faulty field: its JSON key (`tagIds[1]`) or query parameter, and the rule it breaks."""

    field: str
    rule: str
    message: str


class ApiError(Exception):
    """A failure with its answer. Raise it anywhere below a route."""

    def __init__(
        self,
        status: int,
        code: ErrorCode,
        message: str,
        details: Iterable[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = tuple(details)
        self.headers = dict(headers or {})


def validation_error(details: Iterable[FieldError]) -> ApiError:
    """400 with one entry per faulty field."""
    return ApiError(
        400,
        ErrorCode.VALIDATION_ERROR,
        "The request has faulty fields.",
        first_per_field(details),
    )


def malformed_json(message: str) -> ApiError:
    """400: the body is not JSON as RFC 8259 defines it."""
    return ApiError(400, ErrorCode.MALFORMED_JSON, message)


def unauthorized(
    message: str = "Log in first.",
    code: ErrorCode = ErrorCode.UNAUTHORIZED,
) -> ApiError:
    """401 with the challenge of RFC 6750: bare without credentials, `invalid_token` otherwise."""
    challenge = "Bearer"
    if code is not ErrorCode.UNAUTHORIZED or message != "Log in first.":
        challenge = 'Bearer error="invalid_token"'
    return ApiError(401, code, message, headers={"WWW-Authenticate": challenge})


def forbidden(message: str = "You may not do this.") -> ApiError:
    """403: known caller, not allowed."""
    return ApiError(403, ErrorCode.FORBIDDEN, message)


def not_found(message: str = "There is no such thing here.") -> ApiError:
    """404: no such path, or no such row that the caller may read."""
    return ApiError(404, ErrorCode.NOT_FOUND, message)


def conflict(message: str, details: Iterable[FieldError] = ()) -> ApiError:
    """409: the state of the data forbids it."""
    return ApiError(409, ErrorCode.CONFLICT, message, details)


def unavailable() -> ApiError:
    """503: the database is away, busy for too long, or its pool is exhausted."""
    return ApiError(
        503,
        ErrorCode.SERVICE_UNAVAILABLE,
        "The service is not available at the moment.",
        headers={"Retry-After": "1"},
    )


def first_per_field(details: Iterable[FieldError]) -> list[FieldError]:
    """Keep one error per field, the first in the order of `RULES`; fields keep their order."""
    found: dict[str, FieldError] = {}
    for error in details:
        known = found.get(error.field)
        if known is None or RULES.index(error.rule) < RULES.index(known.rule):
            found[error.field] = error
    return list(found.values())


# Pydantic's own error types; a custom error type that is itself a rule needs no entry.
_RULE_OF_TYPE = {
    "missing": "required",
    "extra_forbidden": "unknown",
    "string_too_short": "min",
    "too_short": "min",
    "greater_than_equal": "min",
    "greater_than": "above",
    "string_too_long": "max",
    "too_long": "max",
    "less_than_equal": "max",
    "less_than": "below",
    "string_pattern_mismatch": "pattern",
    "enum": "enum",
    "literal_error": "enum",
    "finite_number": "type",
    "uuid_parsing": "format",
    "value_error": "format",
}

# In place of what Pydantic says of keys and lists; values are checked by fields themselves.
_MESSAGE_OF_TYPE = {
    "missing": "must be given",
    "extra_forbidden": "is no field here",
    "list_type": "must be a list",
    "too_long": "must have at most {max_length} items",
}


def field_errors(errors: Sequence[Any], skip: int = 0) -> list[FieldError]:
    """Turn Pydantic's errors into ours; `skip` leading parts of each location are left out."""
    return first_per_field(_field_error(error, error["loc"][skip:]) for error in errors)


def _field_error(error: Mapping[str, Any], location: Sequence[int | str]) -> FieldError:
    if not location:
        # The whole body is null, or anything else but an object.
        return FieldError("", "type", "must be an object")
    rule = _rule(error)
    if rule == "required" and error["type"] != "missing":
        return FieldError(field_path(location), rule, "must not be null")
    message = _MESSAGE_OF_TYPE.get(error["type"])
    if message is None:
        return FieldError(field_path(location), rule, str(error["msg"]))
    return FieldError(field_path(location), rule, message.format(**error.get("ctx", {})))


def field_path(location: Sequence[int | str]) -> str:
    """Write a location as clients see it: `("tagIds", 1)` is `tagIds[1]`."""
    path = ""
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            path += f".{part}" if path else part
    return path


def _rule(error: Mapping[str, Any]) -> str:
    kind = str(error["type"])
    given = error.get("input", ...)
    if given is None and kind not in ("extra_forbidden", "unknown", "readOnly"):
        return "required"
    if kind in ("enum", "literal_error") and not isinstance(given, str):
        return "type"
    if kind in RULES:
        return kind
    return _RULE_OF_TYPE.get(kind, "type")


def error_response(request_id: str, error: ApiError) -> JSONResponse:
    """The error body of the contract."""
    return JSONResponse(
        {
            "error": {
                "code": error.code,
                "message": error.message,
                "details": [
                    {
                        "field": detail.field,
                        "rule": detail.rule,
                        "message": detail.message,
                    }
                    for detail in error.details
                ],
                json_name("request_id"): request_id,
            }
        },
        error.status,
        error.headers,
    )


def request_id_of(request: Request) -> str:
    """The id of this request, set by the outermost middleware."""
    return str(request.scope.get("state", {}).get("request_id", ""))


_CODE_OF_STATUS = {
    400: ErrorCode.VALIDATION_ERROR,
    401: ErrorCode.UNAUTHORIZED,
    403: ErrorCode.FORBIDDEN,
    404: ErrorCode.NOT_FOUND,
    405: ErrorCode.METHOD_NOT_ALLOWED,
    409: ErrorCode.CONFLICT,
    412: ErrorCode.PRECONDITION_FAILED,
    413: ErrorCode.PAYLOAD_TOO_LARGE,
    415: ErrorCode.UNSUPPORTED_MEDIA_TYPE,
    429: ErrorCode.RATE_LIMITED,
    503: ErrorCode.SERVICE_UNAVAILABLE,
}


async def _on_api_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ApiError)  # noqa: S101 - narrows the type for the checker
    return error_response(request_id_of(request), error)


async def _on_http_exception(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - narrows the type for the checker
    code = _CODE_OF_STATUS.get(error.status_code, ErrorCode.INTERNAL_ERROR)
    answer = ApiError(error.status_code, code, str(error.detail), headers=error.headers)
    return error_response(request_id_of(request), answer)


async def _on_request_validation(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - narrows the type
    # The first part of a location is "body", "query" or "path"; a bad path comes before the rest.
    faults = error.errors()
    answer = validation_error(
        field_errors([fault for fault in faults if fault["loc"][0] == "path"] or faults, skip=1)
    )
    return error_response(request_id_of(request), answer)


def install_error_handlers(app: FastAPI) -> None:
    """Answer every exception that a route can raise; the middleware answers the rest."""
    app.add_exception_handler(ApiError, _on_api_error)
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(RequestValidationError, _on_request_validation)

"""The error answers of an operation, as openapi.json describes them."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from app.core.errors import RULES, ErrorCode
from app.core.naming import json_name
from app.project import ACCOUNTS

# What only a service with accounts answers.
OF_ACCOUNTS = {
    ErrorCode.INVALID_CREDENTIALS,
    ErrorCode.TOKEN_EXPIRED,
    ErrorCode.FORBIDDEN,
    ErrorCode.ACCOUNT_LOCKED,
}
CODES = [str(code) for code in ErrorCode if ACCOUNTS or code not in OF_ACCOUNTS]


class ErrorDetail(BaseModel):
    """One faulty field."""

    field: str
    rule: Annotated[str, Field(json_schema_extra={"enum": list(RULES)})]
    message: str


class ErrorContent(BaseModel):
    """What went wrong; compare `code` and `rule`, show `message`."""

    model_config = ConfigDict(alias_generator=json_name)

    code: Annotated[str, Field(json_schema_extra={"enum": CODES})]
    message: str
    details: list[ErrorDetail]
    request_id: str


class Error(BaseModel):
    """The body of every failure."""

    error: ErrorContent


# An operation that anybody may call; with a token, the token must be good all the same.
PUBLIC: dict[str, Any] = {"security": [{}]} if ACCOUNTS else {}

# What can happen to any request, and to any request with a body.
ALWAYS = (429, 500, 503)
WITH_BODY = (400, 413, 415)

_TEXT = {
    400: "Malformed JSON, or faulty fields",
    401: "No, wrong or old credentials",
    403: "Known caller, not allowed",
    404: "No such row, or none that the caller may read",
    409: "The state of the data forbids it",
    412: "The row has another version",
    413: "The body is too large",
    415: "The body is not JSON",
    422: "The idempotency key was used with another body",
    429: "Too many requests",
    500: "An unforeseen failure",
    503: "The database is away or too busy",
}


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe these error answers and those that any request can get: `responses=errors(404)`."""
    return {
        status: {"model": Error, "description": _TEXT[status]}
        for status in sorted({*statuses, *ALWAYS})
        if ACCOUNTS or status not in (401, 403)
    }

"""What openapi.json says about the routes of a resource.

Each function gives the keyword arguments of a route: `@router.get("", **listing(PRODUCTS, ...))`.
"""

from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from pydantic import BaseModel

from app.core import listing as lists
from app.core.access import Access
from app.core.audit import AUDIT_LIST, AuditEntryList
from app.core.idempotency import HEADER
from app.core.json_body import JsonRoute
from app.core.naming import json_name
from app.core.repository import Repository
from app.core.responses import PUBLIC, WITH_BODY, errors
from app.project import BASE_PATH

Described = dict[str, Any]
_BOOLEAN = {"type": "boolean", "default": False}
_ETAG = {"ETag": {"schema": {"type": "string"}, "description": "The version, in quotes"}}
_LOCATION = {"Location": {"schema": {"type": "string"}, "description": "The path of the row"}}


def resource_router(tag: str) -> APIRouter:
    """A router whose operations are named after their functions: `listProducts`."""
    return APIRouter(
        prefix=BASE_PATH,
        tags=[tag],
        route_class=JsonRoute,
        generate_unique_id_function=_operation_id,
    )


def _operation_id(route: APIRoute) -> str:
    head, *tail = route.name.split("_")
    return head + "".join(part.capitalize() for part in tail)


def _query(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema}


def _header(name: str, text: str) -> dict[str, Any]:
    schema = {"type": "string"}
    return {"name": name, "in": "header", "schema": schema, "description": text}


def _reading(repository: Repository[Any, Any]) -> list[Any]:
    """The parameters of every read."""
    found = []
    if repository.expandable:
        names = "|".join(repository.expandable)
        found.append(_query("expand", {"type": "string", "pattern": f"^({names})(,({names}))*$"}))
    if repository.soft_delete:
        found.append(_query(json_name("include_deleted"), _BOOLEAN))
    return found


def _extra(access: Access | None, action: str, parameters: list[Any]) -> Described:
    extra: Described = {"parameters": parameters} if parameters else {}
    if access is not None and access.is_public(action):
        extra |= PUBLIC
    return extra


def _statuses(access: Access | None, action: str, *others: int) -> dict[int | str, Any]:
    """The failures of an operation; without accounts, nobody is refused."""
    return errors(*others, 401, *((403,) if access is None or access.refuses(action) else ()))


def listing(
    repository: Repository[Any, Any],
    model: type[BaseModel],
    *,
    nested: bool = False,
) -> Described:
    """A list; a nested one is 404 without its parent."""
    parameters = [*lists.parameters(repository.listing), *_reading(repository)]
    refused = (403,) if repository.soft_delete else ()
    missing = (404,) if nested else ()
    return {
        "response_model": model,
        "responses": _statuses(repository.access, "list", 400, *refused, *missing),
        "openapi_extra": _extra(repository.access, "list", parameters),
    }


def reading(repository: Repository[Any, Any]) -> Described:
    """One row."""
    parameters = [
        *_reading(repository),
        _header("If-None-Match", "Answer 304 when the row has this ETag"),
    ]
    refused = (403,) if repository.soft_delete else ()
    answers = _statuses(repository.access, "read", 400, 404, *refused)
    return {
        "response_model": repository.answer,
        "responses": {
            200: {"headers": _ETAG},
            304: {"description": "The row has not changed", "headers": _ETAG},
            **answers,
        },
        "openapi_extra": _extra(repository.access, "read", parameters),
    }


def creating(
    repository: Repository[Any, Any],
    *,
    waits: type[BaseModel] | None = None,
) -> Described:
    """A new row; `waits` is the answer when it needs consent."""
    return {
        "response_model": repository.answer,
        "status_code": 201,
        "responses": {
            201: {"headers": _LOCATION | _ETAG},
            **_waiting(waits),
            **_statuses(repository.access, "create", *WITH_BODY, 409, 422),
        },
        "openapi_extra": _extra(repository.access, "create", [_key()]),
    }


def changing(
    repository: Repository[Any, Any],
    *,
    waits: type[BaseModel] | None = None,
) -> Described:
    """A changed row; `waits` is the answer when that needs consent."""
    parameters = [_header("If-Match", "Answer 412 unless the row has this ETag")]
    return {
        "response_model": repository.answer,
        "responses": {
            200: {"headers": _ETAG},
            **_waiting(waits),
            **_statuses(repository.access, "update", *WITH_BODY, 404, 409, 412),
        },
        "openapi_extra": _extra(repository.access, "update", parameters),
    }


def deleting(
    repository: Repository[Any, Any],
    *,
    waits: type[BaseModel] | None = None,
) -> Described:
    """A deleted row; `waits` is the answer when that needs consent."""
    parameters = [_header("If-Match", "Answer 412 unless the row has this ETag")]
    return {
        "status_code": 204,
        "responses": {
            **_waiting(waits),
            **_statuses(repository.access, "delete", 400, 404, 409, 412),
        },
        "openapi_extra": _extra(repository.access, "delete", parameters),
    }


def commanding(repository: Repository[Any, Any], name: str, *, body: bool = False) -> Described:
    """A row after a command."""
    parameters = [_header("If-Match", "Answer 412 unless the row has this ETag"), _key()]
    statuses = (*WITH_BODY, 404, 409, 412, 422) if body else (400, 404, 409, 412, 422)
    return {
        "response_model": repository.answer,
        "responses": {200: {"headers": _ETAG}, **_statuses(repository.access, name, *statuses)},
        "openapi_extra": _extra(repository.access, name, parameters),
    }


def _waiting(model: type[BaseModel] | None) -> dict[int | str, Any]:
    """The answer to a write that needs consent."""
    if model is None:
        return {}
    return {202: {"model": model, "description": "The write waits for consent"}}


def _key() -> dict[str, Any]:
    """The parameter that makes a repeated request one."""
    schema = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"}
    text = "Do this once, however often it is sent"
    return {"name": HEADER, "in": "header", "schema": schema, "description": text}


def linking(
    repository: Repository[Any, Any],
    *,
    waits: type[BaseModel] | None = None,
) -> Described:
    """A link that is made or taken away; `waits` is the answer when that needs consent."""
    parameters = [_header("If-Match", "Answer 412 unless the row has this ETag")]
    return {
        "status_code": 204,
        "responses": {
            **_waiting(waits),
            **_statuses(repository.access, "update", 400, 404, 409, 412),
        },
        "openapi_extra": _extra(repository.access, "update", parameters),
    }


def restoring(repository: Repository[Any, Any]) -> Described:
    """A deleted row that comes back."""
    return {
        "response_model": repository.answer,
        "responses": {200: {"headers": _ETAG}, **errors(400, 401, 403, 404, 409)},
    }


def auditing() -> Described:
    """The audit entries of a row."""
    return {
        "response_model": AuditEntryList,
        "responses": errors(400, 401, 403, 404),
        "openapi_extra": {"parameters": lists.parameters(AUDIT_LIST)},
    }

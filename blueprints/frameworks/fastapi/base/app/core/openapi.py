"""The description of the API as served: what FastAPI finds out by itself, made exact."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.core.answers import wire_name
from app.core.json_body import PATCH_TYPES
from app.core.naming import json_name
from app.core.repository import ManyToOne, Repository, Target

Document = dict[str, Any]
REF = "#/components/schemas/{model}"


def describe(app: FastAPI) -> None:
    """Let the application serve its description in this form."""

    def openapi() -> Document:
        if app.openapi_schema is None:
            document = get_openapi(
                title=app.title,
                version=app.version,
                description=app.description,
                routes=app.routes,
            )
            _correct(document)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _correct(document: Document) -> None:
    for item in document["paths"].values():
        for method, operation in item.items():
            _drop_own_validation(operation)
            # Said of every operation, so that a forgotten one is seen.
            operation.setdefault("security", [])
            if method == "patch":
                _take_merge_patches(operation)
    schemas = document["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for target in Target.known.values():
        if target.answer.__name__ in schemas:
            _add_occasional_keys(schemas, target)


def _drop_own_validation(operation: Document) -> None:
    """FastAPI expects to answer 422 itself; faulty input is answered 400 here."""
    answer = operation["responses"].get("422")
    if answer is not None and "HTTPValidationError" in str(answer):
        del operation["responses"]["422"]


def _take_merge_patches(operation: Document) -> None:
    content = operation["requestBody"]["content"]
    schema = content["application/json"]
    content.update(dict.fromkeys(PATCH_TYPES, schema))


def _add_occasional_keys(schemas: Document, target: Target[Any, Any]) -> None:
    """Rows hold `deletedAt` when they are deleted, and what `expand` asks for."""
    if not isinstance(target, Repository):
        return
    properties = schemas[target.answer.__name__]["properties"]
    if target.soft_delete:
        properties[json_name("deleted_at")] = {"type": "string", "format": "date-time"}
    for relation in target.relations:
        if isinstance(relation, ManyToOne):
            other = {"$ref": REF.format(model=_answer(schemas, Target.known[relation.to]))}
            properties[wire_name(relation.name)] = {"anyOf": [other, {"type": "null"}]}


def _answer(schemas: Document, target: Target[Any, Any]) -> str:
    """The name of what is answered of a target, which may have no operations of its own."""
    name = target.answer.__name__
    if name not in schemas:
        schemas[name] = target.answer.model_json_schema(mode="serialization", ref_template=REF)
        _add_occasional_keys(schemas, target)
    return name

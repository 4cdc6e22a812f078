"""What the description of the API says about authentication."""

from typing import Any

import pytest
from fastapi import FastAPI

from app.core.naming import json_name
from app.project import BASE_PATH

pytestmark = pytest.mark.anyio


def operations(app: FastAPI, prefix: str) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in app.openapi()["paths"].items()
        for method, operation in methods.items()
        if path.startswith(f"{BASE_PATH}{prefix}")
    ]


async def test_no_dependency_adds_parameters(app: FastAPI) -> None:
    for name, operation in operations(app, "/auth"):
        assert operation.get("parameters", []) == [], name


async def test_no_answer_has_a_secret_field(app: FastAPI) -> None:
    schemas = app.openapi()["components"]["schemas"]
    properties = set(schemas["User"]["properties"])
    assert properties >= {
        "id",
        "email",
        "name",
        "role",
        "active",
        json_name("created_at"),
        json_name("updated_at"),
    }
    assert not any("password" in name.lower() for name in properties)


async def test_every_operation_is_named_and_described(app: FastAPI) -> None:
    found = operations(app, "/auth") + operations(app, "/users")
    assert len(found) >= 11
    for name, operation in found:
        assert operation["operationId"], name
        assert operation["summary"], name
        assert operation["tags"], name

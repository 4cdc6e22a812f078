"""The cases that conditions are held to: `conditions.json` says what each is worth when."""

import json
import re
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.core.answers import wire_name
from app.core.caller import Caller
from app.core.fields import FieldType
from app.core.json_body import decode_json
from app.core.rules import Condition, State
from tests.factories import BY_ENTITY, create_body, repository
from tests.table import Resource

FILE = Path(__file__).parent / "conditions.json"
VECTORS: list[dict[str, Any]] = json.loads(FILE.read_text("utf-8")) if FILE.exists() else []

Vector = dict[str, Any]
Case = dict[str, Any]


def each_vector(kind: str, *actions: str) -> pytest.MarkDecorator:
    """Every condition of this kind that a request can be made for."""
    return pytest.mark.parametrize("vector", vectors(kind, *actions), ids=name_of)


def vectors(kind: str, *actions: str) -> list[Vector]:
    """The conditions of this kind about what bodies have: not about who asks, or when."""
    return [
        vector
        for vector in VECTORS
        if vector["kind"] == kind
        and resource_of(vector).can(*actions)
        and not re.search(r"\b(actor|now)\b", vector["source"])
        and writable(vector)
    ]


def name_of(vector: Vector) -> str:
    """A name for a parameter of a test."""
    return f"{vector['entity']}-{vector['kind']}-{vector['name']}"


def resource_of(vector: Vector) -> Resource:
    """The resource that a condition belongs to."""
    return BY_ENTITY[vector["entity"]]


def writable(vector: Vector) -> bool:
    """Whether bodies have all that the condition reads, and may have it twice."""
    free = {each.key for each in resource_of(vector).written if not each.unique}
    return all(set(case["new"]) <= free for case in vector["cases"])


def condition_of(vector: Vector) -> Condition:
    """The function behind a condition."""
    found = repository(resource_of(vector))
    if vector["kind"] == "rule":
        return found.rules[int(vector["name"]) - 1].holds
    if vector["kind"] == "approval":
        return found.consents[int(vector["name"]) - 1].when
    package = found.model.__module__.removesuffix(".models")
    condition: Condition = getattr(import_module(f"{package}.rules"), f"can_{vector['name']}")
    return condition


def state_of(vector: Vector, case: Case) -> State[Any]:
    """The state of affairs of a case."""
    actor = case["actor"]
    caller = Caller(UUID(actor["id"]), actor["role"]) if actor else Caller()
    new, old = (row_of(vector, case[name]) for name in ("new", "old"))
    return State(new, old, caller, datetime.fromisoformat(vector["now"]))


def row_of(vector: Vector, values: dict[str, Any]) -> Any:
    """A row with these values of its JSON."""
    return repository(resource_of(vector)).model(**stored(vector, values))


def stored(vector: Vector, values: dict[str, Any]) -> dict[str, Any]:
    """Values of JSON as the row holds them, by attribute."""
    found = repository(resource_of(vector))
    body = create_body(resource_of(vector))
    fields = {**found.answer.model_fields, **body.model_fields}
    types = {
        wire_name(name): (name, each)
        for name, field in fields.items()
        for each in field.metadata
        if isinstance(each, FieldType)
    }
    return {
        types[key][0]: None if value is None else types[key][1].check(value)
        for key, value in decode_json(json.dumps(values).encode()).items()
    }

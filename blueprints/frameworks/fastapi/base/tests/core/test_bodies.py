"""Bodies: what they hold, what is wrong with them, and merge patches (RFC 7396)."""

from copy import deepcopy
from typing import Annotated, Any

import pytest
from pydantic import TypeAdapter

from app.core import fields
from app.core.bodies import Body, Submitted, merge_patch
from app.core.errors import ApiError
from app.core.listing import Query


class Create(Body):
    """A new thing."""

    name: Annotated[str, fields.String(min=2)]
    size: Annotated[int, fields.Integer()] = 7


class Replace(Create, keeps=["name"]):
    """A whole thing, which may keep its name."""


class Patch(Create, partial=True):
    """Changes of a thing."""


def submit(model: type[Body], value: Any) -> Submitted[Any]:
    """A body as a route gets it."""
    found: Submitted[Any] = TypeAdapter(Submitted[model]).validate_python(value)  # type: ignore[valid-type]
    return found


def faults(submitted: Submitted[Any], query: bytes = b"") -> dict[str, str]:
    """The rules that are broken, by field."""
    with pytest.raises(ApiError) as caught:
        submitted.accept(Query(query), ["id"])
    assert caught.value.status == 400
    return {each.field: each.rule for each in caught.value.details}


@pytest.mark.parametrize(
    ("model", "value", "kept"),
    [
        (Create, {"name": "ab"}, {"name": "ab", "size": 7}),
        (Replace, {}, {"size": 7}),
        (Replace, {"name": "ab", "size": 1}, {"name": "ab", "size": 1}),
        (Patch, {}, {}),
        (Patch, {"size": 1}, {"size": 1}),
    ],
)
def test_what_is_left_out(model: type[Body], value: Any, kept: dict[str, Any]) -> None:
    assert submit(model, value).accept(Query(b"")).values() == kept


def test_all_faults_come_at_once() -> None:
    assert faults(submit(Create, {})) == {"name": "required"}
    bad = submit(Create, {"name": "a", "size": "1", "id": 1, "x": 1})
    assert faults(bad, b"y=1") == {
        "y": "unknown",
        "name": "min",
        "size": "type",
        "id": "readOnly",
        "x": "unknown",
    }
    assert faults(submit(Patch, {"name": None})) == {"name": "required"}
    assert faults(submit(Create, {"name": "ab"}), b"y=1") == {"y": "unknown"}


@pytest.mark.parametrize("value", [None, [], "x", 5])
def test_a_body_is_an_object(value: Any) -> None:
    assert faults(submit(Create, value)) == {"": "type"}


@pytest.mark.parametrize(
    ("target", "patch", "merged"),
    [
        ({"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
        ({"a": 1, "b": 2}, {"a": None, "c": None}, {"b": 2}),
        ({"a": {"b": 1, "c": [2]}}, {"a": {"b": None, "c": [None]}}, {"a": {"c": [None]}}),
        ({"a": 1}, {"a": {"b": {"c": None}}}, {"a": {"b": {}}}),
        ({"a": 1}, [2], [2]),
        ([1], {"a": 1}, {"a": 1}),
        (None, {}, {}),
    ],
)
def test_merge_patch(target: Any, patch: Any, merged: Any) -> None:
    before = deepcopy((target, patch))
    assert merge_patch(target, patch) == merged
    assert (target, patch) == before

"""The description that the service serves says what `docs/openapi.json` says.

Both are brought to one form first: references are followed, and what is only for people (titles,
descriptions, examples, names of components, order) is left out.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

pytestmark = pytest.mark.anyio

REFERENCE = Path(__file__).parents[2] / "docs" / "openapi.json"
METHODS = ("get", "put", "post", "delete", "patch")
FOR_PEOPLE = ("title", "description", "summary", "example", "examples", "deprecated")
# The range of the number says the same.
FORMATS_OF_NUMBERS = ("int32", "int64", "double")


async def test_the_served_description_is_the_reference(app: FastAPI) -> None:
    """Every operation, parameter, body, answer and requirement of a login."""
    reference = json.loads(REFERENCE.read_text(encoding="utf-8"))
    found = list(
        differences(Description(reference).operations(), Description(app.openapi()).operations())
    )
    assert found == [], "\n" + "\n".join(found)


class Description:
    """An OpenAPI document in a form that can be compared."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document

    def operations(self) -> dict[str, Any]:
        """The operations by method and path; names of path parameters do not matter."""
        return {
            f"{method} {_anonymous(path)}": self._operation(path, item[method])
            for path, item in self.document["paths"].items()
            for method in METHODS
            if method in item
        }

    def _operation(self, path: str, operation: dict[str, Any]) -> dict[str, Any]:
        parameters = (self._parameter(path, each) for each in operation.get("parameters", []))
        security = operation["security"]
        return {
            "operationId": operation["operationId"],
            "tags": operation["tags"],
            "security": sorted(security, key=_text),
            "parameters": dict(sorted(parameters)),
            "body": self._content(operation.get("requestBody", {})),
            "answers": {
                status: _without_defaults(self._content(answer))
                for status, answer in operation["responses"].items()
            },
        }

    def _parameter(self, path: str, parameter: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        parameter = self._target(parameter)
        name = parameter["name"]
        if parameter["in"] == "path":
            name = str(_names(path).index(name))
        style = "simple" if parameter["in"] in ("path", "header") else "form"
        style = parameter.get("style", style)
        about = {
            "required": parameter.get("required", False),
            "style": style,
            "explode": parameter.get("explode", style == "form"),
            "schema": self._schema(parameter["schema"]),
        }
        if about["schema"].get("type") != ["array"]:
            # How several values are written matters only where there can be several.
            del about["style"], about["explode"]
        return f"{parameter['in']} {name}", about

    def _content(self, holder: dict[str, Any]) -> dict[str, Any]:
        content = self._target(holder).get("content", {})
        return {kind: self._schema(media.get("schema", {})) for kind, media in content.items()}

    def _target(self, value: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in value:
            target: Any = self.document
            for part in value["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            value = target
        return value

    def _schema(self, schema: Any, above: tuple[str, ...] = ()) -> Any:
        if not isinstance(schema, dict):
            return schema
        if "$ref" in schema:
            name = schema["$ref"]
            if name in above:
                return {"recursive": len(above) - above.index(name)}
            rest = {key: value for key, value in schema.items() if key != "$ref"}
            schema = {**self._target({"$ref": name}), **rest}
            above = (*above, name)
        plain = {key: self._keyword(key, value, above) for key, value in schema.items()}
        return _canonical({key: value for key, value in plain.items() if key not in FOR_PEOPLE})

    def _keyword(self, key: str, value: Any, above: tuple[str, ...]) -> Any:
        if key == "properties":
            return {name: self._schema(each, above) for name, each in sorted(value.items())}
        if key in ("anyOf", "oneOf", "allOf"):
            return [self._schema(each, above) for each in value]
        if key in ("items", "additionalProperties"):
            return self._schema(value, above)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
        return value


def _canonical(schema: dict[str, Any]) -> dict[str, Any]:
    """One way to say what can be said in several."""
    if "const" in schema:
        schema["enum"] = [schema.pop("const")]
    if isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"]]
    for key in ("type", "enum", "required"):
        if key in schema:
            schema[key] = sorted(schema[key], key=_text)
    for end, strict, tighter in (
        ("minimum", "exclusiveMinimum", float.__le__),
        ("maximum", "exclusiveMaximum", float.__ge__),
    ):
        if end in schema and strict in schema and tighter(schema[end], schema[strict]):
            del schema[end]
    if schema.get("format") in FORMATS_OF_NUMBERS:
        del schema["format"]
    for key, value in (("minLength", 0.0), ("additionalProperties", True), ("default", None)):
        if key in schema and schema[key] == value:
            del schema[key]
    choices = schema.pop("oneOf", None) or schema.pop("anyOf", None)
    return _choice(schema, choices) if choices else schema


def _choice(schema: dict[str, Any], choices: list[dict[str, Any]]) -> dict[str, Any]:
    """A choice between one schema and null is that schema with null allowed."""
    others = [each for each in choices if each != {"type": ["null"]}]
    if len(others) == 1 and len(choices) == 2 and "type" in others[0]:
        merged = {**others[0], **schema, "type": sorted({*others[0]["type"], "null"})}
        if "enum" in merged:
            merged["enum"] = sorted({*merged["enum"], None}, key=_text)
        return merged
    return {**schema, "anyOf": sorted(choices, key=_text)}


def _without_defaults(schema: Any) -> Any:
    """Drop the defaults: what is answered has none."""
    if isinstance(schema, list):
        return [_without_defaults(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: {name: _without_defaults(each) for name, each in value.items()}
        if key == "properties"
        else _without_defaults(value)
        for key, value in schema.items()
        if key != "default"
    }


def _names(path: str) -> list[str]:
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]


def _anonymous(path: str) -> str:
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def differences(reference: Any, served: Any, at: str = "") -> Iterator[str]:
    """Say where two descriptions differ."""
    if isinstance(reference, dict) and isinstance(served, dict):
        for key in sorted(reference.keys() | served.keys()):
            place = f"{at} > {key}" if at else str(key)
            if key not in served:
                yield f"{place}: only in the reference: {_text(reference[key])[:300]}"
            elif key not in reference:
                yield f"{place}: only served: {_text(served[key])[:300]}"
            else:
                yield from differences(reference[key], served[key], place)
    elif reference != served:
        yield f"{at}: the reference has {_text(reference)[:300]}, served is {_text(served)[:300]}"

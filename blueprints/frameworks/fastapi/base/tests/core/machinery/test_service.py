"""The resources over HTTP: statuses, headers, and what openapi.json says of them."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from app.core.database import Database
from app.core.naming import json_name
from app.core.repository import Target
from app.project import ACCOUNTS, BASE_PATH
from app.settings import Settings
from tests.core.machinery.desk import Desk, Json, person
from tests.core.machinery.resources import NOTES, Resource
from tests.core.machinery.service import client_of, create_service

pytestmark = pytest.mark.anyio

DELETED_AT, INCLUDE_DELETED = json_name("deleted_at"), json_name("include_deleted")


@pytest.fixture
async def service(settings: Settings, database: Database) -> FastAPI:
    return create_service(settings, database, person("admin"))


@pytest.fixture
async def http(service: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    async with client_of(service) as client:
        yield client


async def test_a_row_lives(http: httpx2.AsyncClient) -> None:
    made = await http.post("/folders", json={"name": "a"})
    row = made.json()
    path = f"/folders/{row['id']}"
    assert (made.status_code, made.headers["etag"]) == (201, '"1"')
    assert made.headers["location"].endswith(path)
    read = await http.get(path)
    assert (read.status_code, read.json(), read.headers["etag"]) == (200, row, '"1"')
    changed = await http.patch(path, json={"name": "b"}, headers={"If-Match": '"1"'})
    assert (changed.json()["name"], changed.headers["etag"]) == ("b", '"2"')
    late = await http.patch(path, json={"name": "c"}, headers={"If-Match": '"1"'})
    assert (late.status_code, late.json()["error"]["code"]) == (412, "PRECONDITION_FAILED")
    assert (await http.get("/folders")).json()["items"] == [changed.json()]
    deleted = await http.delete(path)
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert (await http.get(path)).status_code == 404
    kept = await http.get(f"{path}?{INCLUDE_DELETED}=true")
    assert (DELETED_AT in kept.json(), kept.headers["etag"]) == (True, '"3"')
    assert (await http.post(f"{path}/restore")).headers["etag"] == '"4"'
    audit = (await http.get(f"{path}/audit?limit=1&offset=3")).json()
    assert (audit["total"], [each["action"] for each in audit["items"]]) == (4, ["restore"])


@pytest.mark.parametrize(
    ("header", "status"),
    [('"1"', 304), ('W/"1"', 304), ('"0", "1"', 304), ("*", 304), ('"2"', 200), ("1", 200)],
)
async def test_if_none_match(http: httpx2.AsyncClient, header: str, status: int) -> None:
    row = (await http.post("/folders", json={"name": "a"})).json()
    path = f"/folders/{row['id']}"
    answer = await http.get(path, headers={"If-None-Match": header})
    assert (answer.status_code, answer.headers["etag"]) == (status, '"1"')
    # The version does not speak for what stands beside the row.
    expanded = await http.get(f"{path}?expand=parent", headers={"If-None-Match": header})
    assert (expanded.status_code, "etag" in expanded.headers) == (200, False)


async def test_notes_of_a_folder(http: httpx2.AsyncClient, admin: Desk) -> None:
    row = (await http.post("/folders", json={"name": "a"})).json()
    note = await admin.create(NOTES, text="x", **{json_name("folder_id"): row["id"]})
    page = await http.get(f"/folders/{row['id']}/notes")
    assert page.json() == {"items": [note], json_name("next_cursor"): None}
    assert (await http.put(f"/notes/{note['id']}/tags/x")).status_code == 400


# --- openapi.json -----------------------------------------------------------------------------


@pytest.fixture
async def document(service: FastAPI, monkeypatch: pytest.MonkeyPatch) -> Json:
    monkeypatch.setattr(Target, "known", Resource.known)
    described: Json = service.openapi()
    assert service.openapi() is described
    return described


def parameters(operation: Json) -> dict[str, Any]:
    """The schemas of the parameters of a query."""
    return {
        each["name"]: each["schema"] for each in operation["parameters"] if each["in"] == "query"
    }


async def test_operations(document: Json) -> None:
    paths = document["paths"]
    found = {
        operation["operationId"]: sorted(map(int, operation["responses"]))
        for item in paths.values()
        for operation in item.values()
    }
    always = [429, 500, 503]
    body = [400, 413, 415]
    refused = [401, 403] if ACCOUNTS else []
    unknown = [401] if ACCOUNTS else []
    expected = {
        "listFolders": [200, 400, *refused, *always],
        "readFolder": [200, 304, 400, 404, *refused, *always],
        "createFolder": [201, 409, 422, *body, *unknown, *always],
        "updateFolder": [200, 404, 409, 412, *body, *refused, *always],
        "deleteFolder": [204, 400, 404, 409, 412, *refused, *always],
        "restoreFolder": [200, 400, 404, 409, *refused, *always],
        "listFolderAudit": [200, 400, 404, *refused, *always],
        "listNotesOfFolder": [200, 400, 404, *unknown, *always],
        "linkNoteTag": [204, 400, 404, 409, 412, *unknown, *always],
    }
    assert found == {name: sorted(statuses) for name, statuses in expected.items()}
    security = paths[f"{BASE_PATH}/folders/{{id}}/notes"]["get"]["security"]
    assert ({} in security) is ACCOUNTS
    assert {} not in paths[f"{BASE_PATH}/folders"]["get"]["security"]
    assert "HTTPValidationError" not in str(document)


async def test_conditions(document: Json) -> None:
    found = {
        operation["operationId"]: each["name"]
        for item in document["paths"].values()
        for operation in item.values()
        for each in operation.get("parameters", [])
        if each["in"] == "header"
    }
    changing = dict.fromkeys(["updateFolder", "deleteFolder", "linkNoteTag"], "If-Match")
    assert found == {
        "readFolder": "If-None-Match",
        "createFolder": "Idempotency-Key",
        **changing,
    }


async def test_parameters_of_lists(document: Json) -> None:
    folders = parameters(document["paths"][f"{BASE_PATH}/folders"]["get"])
    parent_id = json_name("parent_id")
    assert folders == {
        "limit": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20},
        "offset": {"type": "integer", "minimum": 0, "maximum": 2**53 - 1, "default": 0},
        "sort": {"type": "string", "pattern": "^-?(name)(,-?(name))*$"},
        "name": {"type": "string"},
        "name.in": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 100},
        parent_id: {"type": "string", "format": "uuid"},
        f"{parent_id}.in": {
            "type": "array",
            "items": {"type": "string", "format": "uuid"},
            "minItems": 1,
            "maxItems": 100,
        },
        f"{parent_id}.{json_name('is_null')}": {"type": "boolean"},
        "expand": {"type": "string", "pattern": "^(parent|tag)(,(parent|tag))*$"},
        INCLUDE_DELETED: {"type": "boolean", "default": False},
    }
    notes = parameters(document["paths"][f"{BASE_PATH}/folders/{{id}}/notes"]["get"])
    assert notes["q"] == {"type": "string", "minLength": 1, "maxLength": 1000}
    assert notes["cursor"]["type"] == "string"
    assert {"offset", INCLUDE_DELETED}.isdisjoint(notes)
    assert notes["price.gt"]["type"] == "string"
    assert notes["stars.lte"] == {"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1}
    audit = parameters(document["paths"][f"{BASE_PATH}/folders/{{id}}/audit"]["get"])
    assert set(audit) == {"limit", "offset"}


async def test_bodies_and_answers(document: Json) -> None:
    patch = document["paths"][f"{BASE_PATH}/folders/{{id}}"]["patch"]["requestBody"]["content"]
    assert set(patch) == {"application/json", "application/merge-patch+json"}
    schemas = document["components"]["schemas"]
    assert "secret" in schemas["FolderCreate"]["properties"]
    assert "required" not in schemas["FolderPatch"]
    assert schemas["FolderCreate"]["required"] == ["name"]
    folder = schemas["Folder"]
    # Every key is always there, but for the ones that a request has to ask for.
    asked_for = {DELETED_AT, "parent", "tag"}
    assert asked_for < set(folder["properties"])
    assert set(folder["required"]) == set(folder["properties"]) - asked_for
    assert "secret" not in folder["properties"]
    for name, model in (("parent", "Folder"), ("tag", "Tag")):
        reference = {"$ref": f"#/components/schemas/{model}"}
        assert folder["properties"][name] == {"anyOf": [reference, {"type": "null"}]}
    # A tag has no operations here, but is described all the same.
    assert "name" in schemas["Tag"]["properties"]
    assert DELETED_AT not in schemas["Note"]["properties"]


async def test_the_service_itself_knows_none_of_this() -> None:
    assert Resource.known
    assert [each for each in Target.known.values() if isinstance(each, Resource)] == []

"""The resources over HTTP, in a service of their own."""

from typing import Annotated

import httpx2
from fastapi import FastAPI, Response

from app.core import answers, describe
from app.core.bodies import Submitted
from app.core.call import CallDep, PathId, UuidPath
from app.core.caller import Caller, get_caller
from app.core.database import Database
from app.core.errors import install_error_handlers
from app.core.openapi import describe as describe_all
from app.core.reading import auditing, reading
from app.core.writing import restoring, writing
from app.main import add_middleware
from app.observability.observers import Observers
from app.project import BASE_PATH
from app.settings import Settings
from tests.core.machinery.resources import (
    FOLDERS,
    NOTES,
    FolderCreate,
    FolderList,
    FolderPatch,
    NoteList,
)

folders = describe.resource_router("folders")
notes = describe.resource_router("notes")


@folders.get("/folders", **describe.listing(FOLDERS, FolderList))
async def list_folders(call: CallDep) -> Response:
    async with reading(call, FOLDERS, "list") as unit:
        return answers.page(await unit.page())


@folders.get("/folders/{id}", **describe.reading(FOLDERS))
async def read_folder(call: CallDep, id: PathId) -> Response:
    async with reading(call, FOLDERS, "read") as unit:
        return answers.row(await unit.read(id), call.if_none_match)


@folders.post("/folders", **describe.creating(FOLDERS))
async def create_folder(call: CallDep, body: Submitted[FolderCreate]) -> Response:
    async with writing(call, FOLDERS, "create") as unit:
        row = await unit.insert(await unit.accept(body))
        return answers.created(await unit.present(row), FOLDERS.path)


@folders.patch("/folders/{id}", **describe.changing(FOLDERS))
async def update_folder(call: CallDep, id: PathId, body: Submitted[FolderPatch]) -> Response:
    async with writing(call, FOLDERS, "update") as unit:
        row = await unit.find(id, "update")
        await unit.update(row, await unit.accept(body, row))
        return answers.row(await unit.present(row))


@folders.delete("/folders/{id}", **describe.deleting(FOLDERS))
async def delete_folder(call: CallDep, id: PathId) -> Response:
    async with writing(call, FOLDERS, "delete") as unit:
        await unit.delete(await unit.find(id, "delete"))
        return answers.no_content()


@folders.post("/folders/{id}/restore", **describe.restoring(FOLDERS))
async def restore_folder(call: CallDep, id: PathId) -> Response:
    async with restoring(call, FOLDERS) as unit:
        return answers.row(await unit.present(await unit.restore(id)))


@folders.get("/folders/{id}/audit", **describe.auditing())
async def list_folder_audit(call: CallDep, id: PathId) -> Response:
    async with auditing(call, FOLDERS) as unit:
        return answers.page(await unit.audit(id))


@notes.get("/folders/{id}/notes", **describe.listing(NOTES, NoteList, nested=True))
async def list_notes_of_folder(call: CallDep, id: PathId) -> Response:
    async with reading(call, NOTES, "list") as unit:
        return answers.page(await unit.page_of("folder_id", id))


@notes.put("/notes/{id}/tags/{tag_id}", **describe.linking(NOTES))
async def link_note_tag(call: CallDep, id: PathId, tag_id: Annotated[str, UuidPath()]) -> Response:
    async with writing(call, NOTES, "update") as unit:
        await unit.link(id, "tag_ids", tag_id)
        return answers.no_content()


def create_service(settings: Settings, database: Database, caller: Caller) -> FastAPI:
    """A service of these resources alone, to which everybody is this caller."""
    app = FastAPI(title="Machinery")
    app.state.settings = settings
    app.state.database = database
    app.state.observers = Observers(app, settings)
    app.include_router(folders)
    app.include_router(notes)
    app.dependency_overrides[get_caller] = lambda: caller
    describe_all(app)
    install_error_handlers(app)
    add_middleware(app, settings)
    return app


def client_of(service: FastAPI, address: str = "127.0.0.1") -> httpx2.AsyncClient:
    """A client of such a service, at this address: its paths begin behind the base path."""
    peer = (address, 1234)
    transport = httpx2.ASGITransport(app=service, raise_app_exceptions=False, client=peer)
    return httpx2.AsyncClient(transport=transport, base_url=f"http://test{BASE_PATH}")

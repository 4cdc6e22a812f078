"""Notes over HTTP."""

from fastapi import Response

from app.core import answers, describe
from app.core.bodies import Submitted
from app.core.call import CallDep, PathId
from app.notes import service
from app.notes.repository import NOTES
from app.notes.schemas import NoteCreate, NoteList, NotePatch, NoteReplace

router = describe.resource_router("notes")


@router.get("/notes", **describe.listing(NOTES, NoteList))
async def list_notes(call: CallDep) -> Response:
    """Find notes."""
    found = await service.list_notes(call)
    return answers.page(found)


@router.get("/notes/{id}", **describe.reading(NOTES))
async def read_note(call: CallDep, id: PathId) -> Response:
    """Read one note."""
    found = await service.read_note(call, id)
    return answers.row(found, call.if_none_match)


@router.post("/notes", **describe.creating(NOTES))
async def create_note(call: CallDep, body: Submitted[NoteCreate]) -> Response:
    """Make a note."""
    made = await service.create_note(call, body)
    return answers.created(made, NOTES.path)


@router.put("/notes/{id}", **describe.changing(NOTES))
async def replace_note(call: CallDep, id: PathId, body: Submitted[NoteReplace]) -> Response:
    """Replace a note; what is left out becomes its default."""
    changed = await service.replace_note(call, id, body)
    return answers.row(changed)


@router.patch("/notes/{id}", **describe.changing(NOTES))
async def update_note(call: CallDep, id: PathId, body: Submitted[NotePatch]) -> Response:
    """Change a note; what is left out keeps its value."""
    changed = await service.update_note(call, id, body)
    return answers.row(changed)


@router.delete("/notes/{id}", **describe.deleting(NOTES))
async def delete_note(call: CallDep, id: PathId) -> Response:
    """Delete a note."""
    await service.delete_note(call, id)
    return answers.no_content()

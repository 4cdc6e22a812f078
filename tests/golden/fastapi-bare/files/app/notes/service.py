"""Use cases of notes: each step can fail, in the order of the answers."""

from app.core.answers import Page
from app.core.bodies import Submitted
from app.core.call import Call
from app.core.reading import reading
from app.core.writing import writing
from app.notes.repository import NOTES
from app.notes.schemas import Note, NoteCreate, NotePatch, NoteReplace


async def list_notes(call: Call) -> Page[Note]:
    """Find the notes that the caller sees."""
    async with reading(call, NOTES, "list") as unit:
        return await unit.page()


async def read_note(call: Call, row_id: str) -> Note:
    """Find one note."""
    async with reading(call, NOTES, "read") as unit:
        return await unit.read(row_id)


async def create_note(call: Call, body: Submitted[NoteCreate]) -> Note:
    """Store a new note."""
    async with writing(call, NOTES, "create") as unit:
        await unit.once(body)
        values = await unit.accept(body)
        row = await unit.insert(values)
        return await unit.keep(201, row)


async def replace_note(call: Call, row_id: str, body: Submitted[NoteReplace]) -> Note:
    """Store a whole note in place of what was there."""
    async with writing(call, NOTES, "update") as unit:
        row = await unit.find(row_id, "update")
        values = await unit.accept(body, row)
        await unit.update(row, values)
        return await unit.present(row)


async def update_note(call: Call, row_id: str, body: Submitted[NotePatch]) -> Note:
    """Change some fields of a note."""
    async with writing(call, NOTES, "update") as unit:
        row = await unit.find(row_id, "update")
        values = await unit.accept(body, row)
        await unit.update(row, values)
        return await unit.present(row)


async def delete_note(call: Call, row_id: str) -> None:
    """Delete a note."""
    async with writing(call, NOTES, "delete") as unit:
        row = await unit.find(row_id, "delete")
        await unit.delete(row)

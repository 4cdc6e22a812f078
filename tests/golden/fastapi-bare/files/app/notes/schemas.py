"""Notes as JSON."""

from typing import Annotated

from app.core import fields
from app.core.answers import Answer, OffsetPage, Wire
from app.core.bodies import Body


class NoteFields(Wire):
    """What is both accepted and answered."""

    text: Annotated[
        str,
        fields.Text(min=1, max=2000, example="Arrived in good order and works as described."),
    ]


class NoteCreate(NoteFields, Body):
    """A new note."""


class NoteReplace(NoteCreate):
    """A whole note: what is left out becomes its default."""


class NotePatch(NoteCreate, partial=True):
    """Changes of a note: what is left out keeps its value."""


class Note(NoteFields, Answer):
    """A note as callers see it."""


class NoteList(OffsetPage[Note]):
    """A page of notes."""

"""What is said of the tables: bodies, answers and repositories, apart from those of the service."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import Field

from app.core import fields
from app.core.access import Access
from app.core.answers import Answer, CursorPage, OffsetPage, Wire
from app.core.bodies import Body
from app.core.repository import ManyToMany, ManyToOne, Repository, Target
from tests.core.machinery import tables


class Resource(Repository[Any, Any]):
    """A repository that only its like knows, and the bodies of its rows."""

    known: ClassVar[dict[str, Target[Any, Any]]] = {}

    def __init__(self, *arguments: Any, create: type[Body], patch: type[Body], **options: Any):
        super().__init__(*arguments, **options)
        self.create = create
        self.patch = patch


class TagFields(Wire):
    name: Annotated[str, fields.String()]


class TagCreate(TagFields, Body):
    pass


class TagPatch(TagCreate, partial=True):
    pass


class Tag(TagFields, Answer):
    pass


class FolderFields(Wire):
    name: Annotated[str, fields.String(min=1, max=40)]
    data: Annotated[dict[str, Any] | None, fields.JsonObject()] = None
    parent_id: Annotated[UUID | None, fields.Identifier()] = None
    tag_id: Annotated[UUID | None, fields.Identifier()] = None


class FolderCreate(FolderFields, Body):
    secret: Annotated[str | None, fields.String()] = None


class FolderPatch(FolderCreate, partial=True):
    pass


class Folder(FolderFields, Answer):
    owner_id: Annotated[UUID | None, fields.Identifier()]


class FolderList(OffsetPage[Folder]):
    pass


class NoteFields(Wire):
    text: Annotated[str, fields.String(max=40)]
    stars: Annotated[int | None, fields.Integer()] = None
    price: Annotated[Decimal | None, fields.DecimalNumber()] = None
    done: Annotated[bool, fields.Boolean()] = False
    day: Annotated[date | None, fields.Date()] = None
    folder_id: Annotated[UUID, fields.Identifier()]
    tag_ids: Annotated[list[UUID], fields.Links()] = Field(default_factory=list)


class NoteCreate(NoteFields, Body):
    pass


class NotePatch(NoteCreate, partial=True):
    pass


class Note(NoteFields, Answer):
    pass


class NoteList(CursorPage[Note]):
    pass


class PinFields(Wire):
    folder_id: Annotated[UUID, fields.Identifier()]


class PinCreate(PinFields, Body):
    pass


class PinPatch(PinCreate, partial=True):
    pass


class Pin(PinFields, Answer):
    pass


class CardFields(Wire):
    number: Annotated[int | None, fields.Integer()] = None
    folder_id: Annotated[UUID | None, fields.Identifier()] = None


class CardCreate(CardFields, Body):
    pass


class CardPatch(CardCreate, partial=True):
    pass


class Card(CardFields, Answer):
    pass


class SlipFields(Wire):
    tag_id: Annotated[UUID, fields.Identifier()]


class SlipCreate(SlipFields, Body):
    pass


class SlipPatch(SlipCreate, partial=True):
    pass


class Slip(SlipFields, Answer):
    pass


TAGS = Resource(
    tables.Tag,
    Tag,
    create=TagCreate,
    patch=TagPatch,
    name="Tag",
    path="tags",
    access=Access(),
)
FOLDERS = Resource(
    tables.Folder,
    Folder,
    create=FolderCreate,
    patch=FolderPatch,
    name="Folder",
    path="folders",
    access=Access(
        list=("owner", "editor"),
        read=("owner", "editor"),
        create="authenticated",
        update="owner",
        delete="owner",
    ),
    filters=["name", "parent_id"],
    sort=["name"],
    soft_delete=True,
    audited=True,
    many_to_one=[
        ManyToOne("parent", to="Folder", on_delete="cascade"),
        ManyToOne("tag", to="Tag", on_delete="cascade"),
    ],
)
NOTES = Resource(
    tables.Note,
    Note,
    create=NoteCreate,
    patch=NotePatch,
    name="Note",
    path="notes",
    access=Access(),
    filters=["text", "stars", "price", "done", "day", "folder_id"],
    sort=["text", "stars", "price", "done", "day"],
    search=["text"],
    cursor=True,
    audited=True,
    many_to_one=[ManyToOne("folder", to="Folder", on_delete="cascade")],
    many_to_many=[ManyToMany("tag_ids", to="Tag", table=tables.note_tags)],
)
PINS = Resource(
    tables.Pin,
    Pin,
    create=PinCreate,
    patch=PinPatch,
    name="Pin",
    path="pins",
    access=Access(),
    many_to_one=[ManyToOne("folder", to="Folder", on_delete="restrict")],
)
CARDS = Resource(
    tables.Card,
    Card,
    create=CardCreate,
    patch=CardPatch,
    name="Card",
    path="cards",
    access=Access(),
    audited=True,
    many_to_one=[ManyToOne("folder", to="Folder", on_delete="set_null")],
)
SLIPS = Resource(
    tables.Slip,
    Slip,
    create=SlipCreate,
    patch=SlipPatch,
    name="Slip",
    path="slips",
    access=Access(),
    soft_delete=True,
    many_to_one=[ManyToOne("tag", to="Tag", on_delete="cascade")],
)

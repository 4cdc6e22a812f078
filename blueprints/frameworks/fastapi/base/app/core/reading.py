"""Reading rows for a caller: what he may see, in pages, with expanded relations."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic_core import PydanticCustomError
from sqlalchemy import Select, false, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.access import Action, require_admin
from app.core.answers import Answer, Page, wire_name
from app.core.audit import AUDIT_LIST, AuditEntry, AuditRow
from app.core.cache import Kept
from app.core.call import Call
from app.core.errors import FieldError, not_found, validation_error
from app.core.fields import DateTime, Identifier
from app.core.listing import Query
from app.core.naming import json_name
from app.core.repository import ManyToMany, ManyToOne, Repository
from app.core.rows import Row

R = TypeVar("R", bound=Row)
A = TypeVar("A", bound=Answer)


def row_id(text: str, name: str = "id") -> UUID:
    """The id in a path; 400 when it is malformed."""
    try:
        return Identifier().check(text)
    except PydanticCustomError as error:
        raise validation_error([FieldError(name, error.type, error.message())]) from None


class Unit(Generic[R, A]):
    """What reading and writing share: one session, one repository, one call."""

    def __init__(self, session: AsyncSession, repository: Repository[R, A], call: Call) -> None:
        self.session = session
        self.repository = repository
        self.call = call
        self.query = Query(call.query)

    async def obtain(
        self,
        text: str,
        *,
        deleted: bool = False,
        lock: bool = False,
    ) -> R:
        """A row that the caller may read: 400 for a malformed id, else 404."""
        repository = self.repository
        statement = repository.select(deleted=deleted).where(repository.model.id == row_id(text))
        if lock:
            statement = statement.with_for_update()
        return self._visible(await self.session.scalar(statement))

    def _visible(self, row: R | None) -> R:
        if row is None or not self.repository.access.allows(self.call.caller, "read", row):
            raise not_found()
        return row

    async def present(self, row: R) -> A:
        """The row as it is answered."""
        return (await self.repository.answers(self.session, [row]))[0]


class Reader(Unit[R, A]):
    """Reads for one request."""

    def __init__(self, session: AsyncSession, repository: Repository[R, A], call: Call) -> None:
        super().__init__(session, repository, call)
        self.cache = call.database.cache
        self.with_deleted = repository.soft_delete and self.query.flag("include_deleted")
        if self.with_deleted:
            require_admin(call.caller)

    async def read(self, text: str) -> A:
        """One row by its id; without parameters it may be one that is kept."""
        if self.call.query:
            return await self._answer(await self.obtain(text, deleted=self.with_deleted))

        async def load() -> Kept[A]:
            row = await self.obtain(text)
            return Kept(await self.present(row), getattr(row, "owner_id", None))

        kept = await self.cache.row(self.repository, row_id(text), load)
        if not self.repository.access.allows(self.call.caller, "read", kept):
            raise not_found()
        return kept.answer

    async def read_of(self, attribute: str, parent: str) -> A:
        """The one row that refers to a parent in this attribute; 404 when there is none."""
        parent_id = await self._parent(attribute, parent)
        column = getattr(self.repository.model, attribute)
        statement = self.repository.select(deleted=self.with_deleted).where(column == parent_id)
        rows = await self.session.scalars(statement.order_by(self.repository.model.id.desc()))
        return await self._answer(self._visible(rows.first()))

    async def _answer(self, row: R) -> A:
        expand = self._expand()
        self.query.require_valid()
        return (await self._answers([row], expand))[0]

    async def page(self) -> Page[A]:
        """A page of the rows that the caller sees; a plain first one may be kept."""
        statement = self.repository.select(deleted=self.with_deleted)
        return await self._page(statement, whole=True)

    async def page_of(self, attribute: str, parent: str) -> Page[A]:
        """A page of the rows that refer or link to a parent in this attribute."""
        parent_id = await self._parent(attribute, parent)
        relation, model = self.repository.relation(attribute), self.repository.model
        if isinstance(relation, ManyToMany):
            here, there = list(relation.table.columns)[:2]
            condition = model.id.in_(select(here).where(there == parent_id))
        else:
            condition = getattr(model, attribute) == parent_id
        return await self._page(self.repository.select(deleted=self.with_deleted).where(condition))

    async def page_linked(self, owner: Repository[Any, Any], attribute: str, text: str) -> Page[A]:
        """A page of the rows that a row of `owner` links to in this attribute."""
        relation = owner.relation(attribute)
        assert isinstance(relation, ManyToMany)  # noqa: S101 - a slip in a service
        found = await owner.readable(self.session, self.call.caller, [row_id(text)])
        if not found:
            raise not_found()
        here, there = list(relation.table.columns)[:2]
        ids = select(there).where(here.in_(found))
        statement = self.repository.select(deleted=self.with_deleted)
        return await self._page(statement.where(self.repository.model.id.in_(ids)))

    async def _parent(self, attribute: str, text: str) -> UUID:
        """The id of a parent that the caller may read, else 404."""
        target = self.repository.known[self.repository.relation(attribute).to]
        parent_id = row_id(text)
        if not await target.readable(self.session, self.call.caller, [parent_id]):
            raise not_found()
        return parent_id

    async def _page(self, statement: Select[R], *, whole: bool = False) -> Page[A]:
        listing = self.repository.listing
        wanted = listing.read(self.query)
        expand = self._expand()
        self.query.require_valid()

        async def load() -> Page[A]:
            rows, frame = await listing.fetch(self.session, self._own(statement), wanted)
            return Page(await self._answers(rows, expand), frame)

        if not whole or expand or self.with_deleted or not wanted.is_plain:
            return await load()
        seen = "all" if self._sees_all() else f"of {self.call.caller.user_id}"
        return await self.cache.page(self.repository, f"{seen} {wanted.limit} {wanted.sort}", load)

    def _sees_all(self) -> bool:
        return self.repository.access.by_role(self.call.caller, "list")

    def _own(self, statement: Select[R]) -> Select[R]:
        """Where `list` is for owners, a caller sees his own rows."""
        caller = self.call.caller
        if self._sees_all():
            return statement
        if not caller.authenticated:
            return statement.where(false())
        return statement.where(self.repository.model.owner_id == caller.user_id)

    def _expand(self) -> list[ManyToOne]:
        known = self.repository.expandable
        if not known:
            return []
        return [known[name] for name in self.query.names("expand", list(known))]

    async def _answers(self, rows: Sequence[R], expand: Sequence[ManyToOne]) -> list[A]:
        answers = await self.repository.answers(self.session, rows)
        for relation in expand:
            await self._add(relation, rows, answers)
        if self.with_deleted:
            for row, answer in zip(rows, answers, strict=True):
                moment = getattr(row, "deleted_at", None)
                if moment is not None:
                    _extra(answer)[json_name("deleted_at")] = DateTime().write(moment)
        return answers

    async def _add(self, relation: ManyToOne, rows: Sequence[R], answers: Sequence[A]) -> None:
        """Put the rows that are referred to beside their keys, in one query; unreadable: null."""
        target = self.repository.known[relation.to]
        wanted = {getattr(row, relation.attribute) for row in rows} - {None}
        found = await target.readable(self.session, self.call.caller, wanted)
        shown = await target.answers(self.session, list(found.values()))
        values = dict(zip(found, shown, strict=True))
        for row, answer in zip(rows, answers, strict=True):
            value = values.get(getattr(row, relation.attribute))
            _extra(answer)[wire_name(relation.name)] = value and value.model_dump(mode="json")

    async def audit(self, text: str) -> Page[AuditEntry]:
        """The audit entries of a row, oldest first, for admins; also of a deleted row."""
        wanted_id = row_id(text)
        mine = (AuditRow.entity == self.repository.name, AuditRow.row_id == wanted_id)
        if await self.session.scalar(select(AuditRow.id).where(*mine).limit(1)) is None:
            await self.obtain(text, deleted=True)
        wanted = AUDIT_LIST.read(self.query)
        self.query.require_valid()
        rows, frame = await AUDIT_LIST.fetch(self.session, select(AuditRow).where(*mine), wanted)
        names = list(AuditEntry.model_fields)
        entries = [
            AuditEntry.model_construct(**{name: getattr(row, name) for name in names})
            for row in rows
        ]
        return Page(entries, frame)


def _extra(answer: Answer) -> dict[str, Any]:
    assert answer.__pydantic_extra__ is not None  # noqa: S101 - `Answer` allows extras
    return answer.__pydantic_extra__


@asynccontextmanager
async def reading(
    call: Call,
    repository: Repository[R, A],
    action: Action,
) -> AsyncIterator[Reader[R, A]]:
    """Read for a caller who may do this; 401 or 403 for others."""
    repository.access.require(call.caller, action)
    async with call.database.read() as session:
        yield Reader(session, repository, call)


@asynccontextmanager
async def auditing(call: Call, repository: Repository[R, A]) -> AsyncIterator[Reader[R, A]]:
    """Read audit entries; 401 or 403 for anybody but an admin."""
    require_admin(call.caller)
    async with call.database.read() as session:
        yield Reader(session, repository, call)

"""Repositories: how the rows of one table are found, referred to and answered.

A repository is declared once per table, with its options as arguments. Relations name their
target, so that two tables can refer to each other; repositories find each other by that name.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Literal, TypeVar, cast
from uuid import UUID

from sqlalchemy import Select, Table, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.access import Access
from app.core.answers import Answer, Wire
from app.core.bodies import Body
from app.core.caller import Caller
from app.core.database import Base
from app.core.listing import ListTable, fields_of
from app.core.naming import json_name
from app.core.rows import SERVER_SET, Row
from app.core.rules import ConsentRule, Rule

MASK = "***"


@dataclass(frozen=True)
class ManyToOne:
    """A reference `<name>_id` to a row of another table, or of the same.

    `on_delete` is what the deletion of the target means: `restrict`, `cascade` or `set_null`.
    A one-to-one relation is this with a unique key on the column.
    """

    name: str
    to: str
    on_delete: Literal["restrict", "cascade", "set_null"] = "restrict"

    @property
    def attribute(self) -> str:
        """The attribute that holds the id."""
        return f"{self.name}_id"


@dataclass(frozen=True)
class ManyToMany:
    """Links in a table of their own: its first column is this side, its second the other."""

    attribute: str
    to: str
    table: Table


T = TypeVar("T", bound=Base)
W = TypeVar("W", bound=Wire)
R = TypeVar("R", bound=Row)
A = TypeVar("A", bound=Answer)


class Target(Generic[T, W]):
    """A table whose rows others may refer to."""

    known: ClassVar[dict[str, "Target[Any, Any]"]] = {}

    def __init__(
        self,
        model: type[T],
        answer: type[W],
        *,
        name: str,
        access: Access,
        soft_delete: bool = False,
        many_to_many: Sequence[ManyToMany] = (),
    ) -> None:
        self.model: type[Any] = model
        self.name = name
        self.answer: type[W] = answer
        self.access = access
        self.soft_delete = soft_delete
        self.many_to_many = many_to_many
        self.fields = fields_of(model, answer)
        self.known[self.name] = self

    def select(self, *, deleted: bool = False) -> Select[T]:
        """All rows; those that are softly deleted only when asked for."""
        statement: Select[T] = select(self.model)
        if self.soft_delete and not deleted:
            statement = statement.where(self.model.deleted_at.is_(None))
        return statement

    async def readable(
        self,
        session: AsyncSession,
        caller: Caller,
        ids: Iterable[UUID],
        *,
        lock: bool = False,
    ) -> dict[UUID, T]:
        """The rows with these ids that the caller may read; locked against deletion on demand."""
        wanted = set(ids)
        if not wanted:
            return {}
        statement = self.select().where(self.model.id.in_(wanted)).order_by(self.model.id)
        if lock:
            statement = statement.with_for_update(read=True)
        rows: Iterable[Any] = await session.scalars(statement)
        return {row.id: row for row in rows if self.access.allows(caller, "read", row)}

    async def answers(self, session: AsyncSession, rows: Sequence[T]) -> list[W]:
        """The rows as callers see them, with the ids of their links: one query per relation."""
        ids = [getattr(row, "id") for row in rows]  # noqa: B009 - the bound has no id
        links = {each.attribute: await linked(session, each, ids) for each in self.many_to_many}
        answers: list[W] = []
        for row_id, row in zip(ids, rows, strict=True):
            values: dict[str, Any] = {name: getattr(row, name) for name in self.fields}
            values |= {name: found.get(row_id, []) for name, found in links.items()}
            answers.append(cast(W, self.answer.model_construct(**values)))
        return answers


class Repository(Target[R, A]):
    """The rows of one entity: the options of the entity are the arguments."""

    # The tables that the answers of all entities are read from.
    answered: ClassVar[set[str]] = set()

    def __init__(
        self,
        model: type[R],
        answer: type[A],
        *,
        name: str,
        path: str,
        access: Access,
        filters: Sequence[str] = (),
        sort: Sequence[str] = (),
        search: Sequence[str] = (),
        cursor: bool = False,
        soft_delete: bool = False,
        audited: bool = False,
        rules: Sequence[Rule] = (),
        consents: Sequence[ConsentRule] = (),
        changes: type[Body] | None = None,
        many_to_one: Sequence[ManyToOne] = (),
        many_to_many: Sequence[ManyToMany] = (),
    ) -> None:
        super().__init__(
            model,
            answer,
            name=name,
            access=access,
            soft_delete=soft_delete,
            many_to_many=many_to_many,
        )
        self.path = path
        self.audited = audited
        self.rules = rules
        self.consents = consents
        self.changes = changes
        self.many_to_one = many_to_one
        self.listing = ListTable(
            model,
            answer,
            filters=filters,
            sort=sort,
            search=search,
            cursor=cursor,
        )
        # Those of this entity.
        self.tables = {model.__tablename__, *(each.table.name for each in many_to_many)}
        self.answered.update(self.tables)
        self.relations: list[ManyToOne | ManyToMany] = [*many_to_one, *many_to_many]
        self.expandable = {json_name(each.name): each for each in many_to_one}
        self.attributes = [
            attribute.key
            for attribute in model.__mapper__.column_attrs
            if attribute.key not in SERVER_SET and attribute.columns[0].computed is None
        ]

    def relation(self, attribute: str) -> ManyToOne | ManyToMany:
        """The relation that is held in this attribute."""
        return next(each for each in self.relations if each.attribute == attribute)

    def wire(self, attribute: str, value: Any) -> Any:
        """A stored value as audit entries show it; private ones are masked."""
        if value is None:
            return None
        if attribute in self.fields:
            return self.fields[attribute].type.write(value)
        if any(each.attribute == attribute for each in self.many_to_many):
            return [str(each) for each in value]
        return MASK

    def would_be(self, row: R | None, values: Mapping[str, Any]) -> R:
        """What this row, or a new one, would be with these values; it is stored nowhere."""
        known = self.defaults() if row is None else self.state(row)
        changed = {name: value for name, value in values.items() if name in self.attributes}
        found: R = self.model(**known | changed)
        return found

    def defaults(self) -> dict[str, Any]:
        """What a new row has before anybody says anything, by attribute."""
        found: dict[str, Any] = dict.fromkeys(self.attributes)
        for attribute in self.model.__mapper__.column_attrs:
            default = attribute.columns[0].default
            if attribute.key in found and default is not None:
                found[attribute.key] = default.arg(None) if default.is_callable else default.arg
        return found

    def state(self, row: R) -> dict[str, Any]:
        """The values of the declared fields of a row, by attribute."""
        return {name: getattr(row, name) for name in self.attributes}

    def referrers(self) -> list[tuple["Repository[Any, Any]", ManyToOne]]:
        """Who refers to rows of this table."""
        return [
            (repository, relation)
            for repository in self.known.values()
            if isinstance(repository, Repository)
            for relation in repository.many_to_one
            if relation.to == self.name
        ]

    def linkers(self) -> list[tuple["Repository[Any, Any]", ManyToMany]]:
        """Who links to rows of this table."""
        return [
            (repository, relation)
            for repository in self.known.values()
            if isinstance(repository, Repository)
            for relation in repository.many_to_many
            if relation.to == self.name
        ]


async def linked(
    session: AsyncSession,
    relation: ManyToMany,
    ids: Sequence[UUID],
) -> Mapping[UUID, list[UUID]]:
    """The ids that rows are linked to, sorted, by the id of the row."""
    here, there = list(relation.table.columns)[:2]
    statement = select(here, there).where(here.in_(ids)).order_by(there)
    found: dict[UUID, list[UUID]] = {}
    for row_id, other in await session.execute(statement):
        found.setdefault(row_id, []).append(other)
    return found

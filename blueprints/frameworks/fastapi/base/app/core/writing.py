"""Writing rows for a caller: one transaction, with its checks in the order of the answers."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Literal, TypeVar
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from app.core.access import require_admin
from app.core.answers import Answer, Wire, wire_name
from app.core.audit import AuditRow
from app.core.bodies import Submitted, merge_patch
from app.core.call import Call
from app.core.database import now_ms, uuid7, violation
from app.core.errors import (
    ApiError,
    ErrorCode,
    FieldError,
    conflict,
    forbidden,
    not_found,
    validation_error,
)
from app.core.fields import MAX_LINKS, Identifier, JsonObject
from app.core.idempotency import IdempotencyKey, claim, keep
from app.core.reading import Unit, row_id
from app.core.repository import ManyToMany, ManyToOne, Repository, linked
from app.core.rows import SERVER_SET, Row
from app.core.rules import Condition, State, evaluate
from app.core.unique import flush, transaction

R = TypeVar("R", bound=Row)
A = TypeVar("A", bound=Answer)
W = TypeVar("W", bound=Wire)

# What others are told of a write.
CHANGES = {"create": "created", "update": "updated", "delete": "deleted", "restore": "updated"}


class Writer(Unit[R, A]):
    """Writes for one request."""

    _key: IdempotencyKey | None = None

    async def find(self, text: str, action: str) -> R:
        """The row to write, locked: 400 malformed id, 404, 403 not the owner, 412."""
        row = await self.own(text, action)
        self.match(row)
        return row

    async def own(self, text: str, action: str) -> R:
        """The row to write, locked, of any version: 400 malformed id, 404, 403 not the owner."""
        row = await self.obtain(text, lock=True)
        if not self.repository.access.allows(self.call.caller, action, row):
            raise forbidden()
        return row

    def match(self, row: R) -> None:
        """412 when the caller wants to write another version (`If-Match`)."""
        if self.call.if_match is not None:
            tags = [tag.strip() for tag in self.call.if_match.split(",")]
            if "*" not in tags and f'"{row.version}"' not in tags:
                raise _outdated()

    # --- the same request again ---------------------------------------------------------------

    async def once(self, submitted: Submitted[Any] | None = None) -> None:
        """Do a request with an idempotency key once; a repeated one ends here with its answer."""
        if self.call.repeatable is not None:
            body = submitted.value if submitted else None
            self._key = await claim(self.session, self.call.repeatable, body)

    async def keep(self, status: int, row: R) -> A:
        """The row as it is answered, kept for repeated requests."""
        return self.kept(status, await self.present(row))

    def kept(self, status: int, answer: W) -> W:
        """This answer, kept for repeated requests."""
        if self._key is not None:
            keep(self._key, status, answer)
        return answer

    # --- what was submitted -------------------------------------------------------------------

    async def accept(self, submitted: Submitted[Any], row: R | None = None) -> dict[str, Any]:
        """The values to store, by attribute; 400 with all faults of the query and the body."""
        read_only = (*SERVER_SET, *self.repository.answer.model_fields)
        faults = [*self.query.finish(), *submitted.named(read_only)]
        values = submitted.body.values() if submitted.body else self._ids(submitted.raw, faults)
        faults += await self.unresolved(values)
        if submitted.body and submitted.body.partial:
            for name, value in values.items():
                if isinstance(self._type(name), JsonObject) and value is not None:
                    values[name] = merge_patch(getattr(row, name), value)
        if submitted.body:
            faults += self.broken(row, values)
        if faults:
            raise validation_error(faults)
        return values

    def broken(self, row: R | None, values: Mapping[str, Any]) -> list[FieldError]:
        """The rules that the row would break."""
        if not self.repository.rules:
            return []
        state = self.state(row, values)
        return [
            FieldError(wire_name(rule.field), "rule", rule.message)
            for rule in self.repository.rules
            if evaluate(rule.holds, state) is False
        ]

    def state(self, row: R | None, values: Mapping[str, Any]) -> State[R]:
        """What conditions look at: the row as it would be with these values, and as it is."""
        new = self.repository.would_be(row, values)
        return State(new, new if row is None else row, self.call.caller, now_ms())

    def require(self, condition: Condition, row: R) -> None:
        """409 when a command is not possible now."""
        if evaluate(condition, State(row, row, self.call.caller, now_ms())) is not True:
            raise conflict("This is not possible now.")

    async def apply(self, row: R, values: dict[str, Any]) -> None:
        """Store what a command sets; 409 when the row would break a rule."""
        if self.broken(row, values):
            raise conflict("The row would break a rule.")
        if values:
            await self.update(row, values)
        else:
            await self._touch(row)
            await self._note(self.repository, row, "update", {}, {})

    def _type(self, name: str) -> Any:
        field = self.repository.fields.get(name)
        return field.type if field else None

    def _ids(self, raw: Mapping[str, Any], faults: Sequence[FieldError]) -> dict[str, Any]:
        """The references of a faulty body that can be looked up all the same."""
        faulty = {fault.field for fault in faults}
        found: dict[str, Any] = {}
        for relation in self.repository.relations:
            key = wire_name(relation.attribute)
            value = raw.get(key)
            if key not in faulty and isinstance(value, str):
                found[relation.attribute] = Identifier().check(value)
            elif isinstance(value, list) and len(value) <= MAX_LINKS and key not in faulty:
                whole = [f"{key}[{index}]" not in faulty for index in range(len(value))]
                found[relation.attribute] = [
                    Identifier().check(each) if right else None
                    for each, right in zip(value, whole, strict=True)
                ]
        return found

    async def unresolved(self, values: dict[str, Any]) -> list[FieldError]:
        """References to rows that the caller may not read, and doubles among links."""
        faults: list[FieldError] = []
        for relation in self.repository.relations:
            value = values.get(relation.attribute)
            if value is None:
                continue
            key = wire_name(relation.attribute)
            several = isinstance(value, list)
            places = (
                [(f"{key}[{index}]", each) for index, each in enumerate(value) if each]
                if several
                else [(key, value)]
            )
            target = self.repository.known[relation.to]
            ids = [each for _, each in places]
            found = await target.readable(self.session, self.call.caller, ids, lock=True)
            for index, (place, each) in enumerate(places):
                if each in ids[:index]:
                    faults.append(FieldError(place, "unique", "is there twice"))
                elif each not in found:
                    faults.append(FieldError(place, "reference", "does not exist"))
        return faults

    # --- writes -------------------------------------------------------------------------------

    async def insert(self, values: dict[str, Any]) -> R:
        """Store a new row of the caller."""
        links, plain = self._split(values)
        row: R = self.repository.model(id=uuid7(), created_at=now_ms(), version=1, **plain)
        row.updated_at = row.created_at
        if hasattr(row, "owner_id"):
            row.owner_id = self.call.caller.user_id
        self.session.add(row)
        await self._flush(row)
        for relation, ids in links:
            await self._add_links(relation, row.id, ids)
        await self._note(self.repository, row, "create", {}, self.repository.state(row) | values)
        return row

    async def update(self, row: R, values: dict[str, Any]) -> None:
        """Store changes; none at all leave the version alone."""
        if not values:
            return
        links, plain = self._split(values)
        before = {name: getattr(row, name) for name in plain}
        for relation, ids in links:
            known = (await linked(self.session, relation, [row.id])).get(row.id, [])
            before[relation.attribute] = known
            await self._remove_links(relation, row.id, set(known) - set(ids))
            await self._add_links(relation, row.id, [each for each in ids if each not in known])
            values[relation.attribute] = sorted(ids)
        for name, value in plain.items():
            setattr(row, name, value)
        await self._touch(row)
        await self._note(self.repository, row, "update", before, values)

    async def delete(self, row: R) -> None:
        """Delete a row as its table says, and do to others what their relations say."""
        self.query.require_valid()
        await self._remove(self.repository, row, set())
        await self._flush()

    async def restore(self, text: str) -> R:
        """Bring a deleted row back; 409 when it is not deleted or a unique value was taken."""
        row: Any = await self.obtain(text, deleted=True, lock=True)
        self.query.require_valid()
        if row.deleted_at is None:
            raise conflict("The row is not deleted.")
        before = {"deleted_at": row.deleted_at}
        row.deleted_at = None
        await self._touch(row)
        await self._note(self.repository, row, "restore", before, {"deleted_at": None})
        found: R = row
        return found

    async def link(self, text: str, attribute: str, other_text: str) -> None:
        """Link a row to another; a link that is there already changes nothing."""
        await self.update(*await self.linking(text, attribute, other_text))

    async def linking(self, text: str, attribute: str, other_text: str) -> tuple[R, dict[str, Any]]:
        """The row to link, and what the link changes."""
        row, relation, other = await self._ends(text, attribute, other_text)
        target = self.repository.known[relation.to]
        if not await target.readable(self.session, self.call.caller, [other], lock=True):
            raise not_found()
        known = (await linked(self.session, relation, [row.id])).get(row.id, [])
        return row, {} if other in known else {attribute: [*known, other]}

    async def unlink(self, text: str, attribute: str, other_text: str) -> None:
        """Take a link away; one that is not there changes nothing."""
        await self.update(*await self.unlinking(text, attribute, other_text))

    async def unlinking(
        self,
        text: str,
        attribute: str,
        other_text: str,
    ) -> tuple[R, dict[str, Any]]:
        """The row whose link goes, and what that changes."""
        row, relation, other = await self._ends(text, attribute, other_text)
        known = (await linked(self.session, relation, [row.id])).get(row.id, [])
        left = [each for each in known if each != other]
        return row, {attribute: left} if other in known else {}

    async def _ends(
        self,
        text: str,
        attribute: str,
        other_text: str,
    ) -> tuple[R, ManyToMany, UUID]:
        """The row to write and the id at the other end; both ids are judged before the row."""
        relation = self.repository.relation(attribute)
        assert isinstance(relation, ManyToMany)  # noqa: S101 - a slip in a service
        row_id(text)
        other = row_id(other_text, wire_name(attribute.removesuffix("s")))
        row = await self.find(text, "update")
        self.query.require_valid()
        return row, relation, other

    # --- parts --------------------------------------------------------------------------------

    def _split(
        self,
        values: dict[str, Any],
    ) -> tuple[list[tuple[ManyToMany, list[UUID]]], dict[str, Any]]:
        """Tell links from columns."""
        links = [
            (each, values[each.attribute])
            for each in self.repository.many_to_many
            if each.attribute in values
        ]
        names = {each.attribute for each, _ in links}
        return links, {name: value for name, value in values.items() if name not in names}

    async def _touch(self, row: Row, moment: datetime | None = None) -> None:
        row.version += 1
        row.updated_at = moment or now_ms()
        await self._flush(row)

    async def _flush(self, row: Row | None = None) -> None:
        """Send the changes; a broken constraint is told by its kind."""
        try:
            await flush(self.session, row)
        except StaleDataError:
            raise _outdated() from None
        except IntegrityError as error:
            if violation(error).kind == "foreign_key":
                raise conflict("Another row was deleted, or refers to this one.") from error
            raise

    async def _add_links(self, relation: ManyToMany, here: UUID, ids: Sequence[UUID]) -> None:
        names = [column.key for column in relation.table.columns][:2]
        rows = [dict(zip(names, (here, other), strict=True)) for other in ids]
        if rows:
            await self.session.execute(insert(relation.table), rows)

    async def _remove_links(self, relation: ManyToMany, here: UUID, ids: set[UUID]) -> None:
        mine, other = list(relation.table.columns)[:2]
        if ids:
            statement = delete(relation.table).where(mine == here, other.in_(ids))
            await self.session.execute(statement)

    async def _note(
        self,
        repository: Repository[Any, Any],
        row: Any,
        action: Literal["create", "update", "delete", "restore"],
        before: dict[str, Any],
        after: dict[str, Any],
        last: Wire | None = None,
    ) -> None:
        """Note a write for those who audit, and for those who are told."""
        if repository.audited:
            self._audit(repository, row.id, action, before, after)
        outbox = self.call.database.outbox
        await outbox.tell(self.session, repository, row, CHANGES[action], last)

    def _audit(
        self,
        repository: Repository[Any, Any],
        of: UUID,
        action: str,
        before: dict[str, Any],
        after: dict[str, Any],
    ) -> None:
        """Note the keys whose values differ, private values masked."""
        names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
        self.session.add(
            AuditRow(
                entity=repository.name,
                row_id=of,
                action=action,
                actor_id=self.call.caller.user_id,
                before=None if action == "create" else _shown(repository, names, before),
                after=None if action == "delete" else _shown(repository, names, after),
            )
        )

    # --- deletion -----------------------------------------------------------------------------

    async def _remove(self, repository: Repository[Any, Any], row: Any, seen: set[UUID]) -> None:
        """Delete one row after those that cascade from it."""
        seen.add(row.id)
        before = repository.state(row)
        last = await self.call.database.outbox.look(self.session, repository, row)
        for child, relation in repository.referrers():
            await self._detach(child, relation, row, repository.soft_delete, seen)
        for mine in repository.many_to_many:
            before[mine.attribute] = await self._drop_links(mine.table, 0, row.id)
        for owner, links in repository.linkers():
            await self._forget(owner, links, row.id)
        if repository.soft_delete:
            row.deleted_at = now_ms()
            await self._touch(row, row.deleted_at)
        else:
            await self.session.delete(row)
            await self._flush()
        await self._note(repository, row, "delete", before, {}, last)

    async def _detach(
        self,
        child: Repository[Any, Any],
        relation: ManyToOne,
        row: Any,
        soft: bool,
        seen: set[UUID],
    ) -> None:
        """Apply `on_delete` to the rows that refer to this one.

        A row that goes for good may leave no reference behind, not even in deleted rows.
        """
        column = getattr(child.model, relation.attribute)
        statement = child.select(deleted=not soft).where(column == row.id)
        statement = statement.order_by(child.model.id).with_for_update()
        for each in await self.session.scalars(statement):
            # In a circle of references, rows that are about to go count as gone.
            gone = each.id in seen or getattr(each, "deleted_at", None) is not None
            if relation.on_delete == "restrict" and each.id not in seen:
                raise conflict(f"{child.path} still refer to this row.")
            if relation.on_delete == "set_null" and not gone:
                await self._clear(child, each, relation.attribute)
                continue
            if not gone:
                await self._remove(child, each, seen)
                gone = child.soft_delete
            if gone and not soft:
                await self._release(each, column)

    async def _release(self, row: Any, column: Any) -> None:
        """Let a deleted row no longer refer to one that goes for good."""
        if column.property.columns[0].nullable:
            setattr(row, column.key, None)
        else:
            await self.session.delete(row)
        await self._flush()

    async def _clear(self, child: Repository[Any, Any], row: Any, attribute: str) -> None:
        before = {attribute: getattr(row, attribute)}
        setattr(row, attribute, None)
        await self._touch(row)
        await self._note(child, row, "update", before, {attribute: None})

    async def _drop_links(self, table: Any, side: int, here: UUID) -> list[UUID]:
        """Remove all links of a row, which stands on this side of them."""
        columns = list(table.columns)[:2]
        mine, other = columns[side], columns[1 - side]
        found = await self.session.scalars(select(other).where(mine == here).order_by(other))
        ids = list(found)
        if ids:
            await self.session.execute(delete(table).where(mine == here))
        return ids

    async def _forget(
        self,
        owner: Repository[Any, Any],
        relation: ManyToMany,
        here: UUID,
    ) -> None:
        """Remove the links to a row; the rows that had them change with it."""
        mine, other = list(relation.table.columns)[:2]
        linking = select(mine).where(other == here)
        statement = owner.select().where(owner.model.id.in_(linking)).order_by(owner.model.id)
        rows = list(await self.session.scalars(statement.with_for_update()))
        known = await linked(self.session, relation, [row.id for row in rows])
        await self._drop_links(relation.table, 1, here)
        for row in rows:
            ids = known[row.id]
            await self._touch(row)
            left = [each for each in ids if each != here]
            name = relation.attribute
            await self._note(owner, row, "update", {name: ids}, {name: left})


def _shown(
    repository: Repository[Any, Any],
    names: Sequence[str],
    values: dict[str, Any],
) -> dict[str, Any]:
    return {wire_name(name): _plain(repository, name, values.get(name)) for name in names}


def _plain(repository: Repository[Any, Any], name: str, value: Any) -> Any:
    if name == "deleted_at":
        return value and value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return repository.wire(name, value)


def _outdated() -> ApiError:
    return ApiError(412, ErrorCode.PRECONDITION_FAILED, "The row has changed since it was read.")


@asynccontextmanager
async def writing(
    call: Call,
    repository: Repository[R, A],
    action: str,
) -> AsyncIterator[Writer[R, A]]:
    """One transaction of a caller who may do this action or command; 401 or 403 for others."""
    repository.access.require(call.caller, action)
    async with transaction(call.database, repository) as session:
        yield Writer(session, repository, call)


@asynccontextmanager
async def restoring(call: Call, repository: Repository[R, A]) -> AsyncIterator[Writer[R, A]]:
    """One transaction of an admin."""
    require_admin(call.caller)
    async with transaction(call.database, repository) as session:
        yield Writer(session, repository, call)

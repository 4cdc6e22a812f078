"""Use cases of approvals: who sees them, who decides, and what a decision does."""

from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from app.approvals import models
from app.approvals.consent import decides, perform
from app.approvals.schemas import Approval, ApprovalReject, ApprovalStatus
from app.core.answers import Page
from app.core.bodies import Submitted
from app.core.call import Call
from app.core.caller import Caller
from app.core.database import now_ms
from app.core.errors import ApiError, conflict, forbidden, not_found, unauthorized
from app.core.listing import ListTable, Query
from app.core.reading import row_id
from app.core.repository import Repository, Target
from app.core.unique import transaction
from app.core.writing import Writer

APPROVAL_LIST = ListTable(
    models.Approval,
    Approval,
    filters=("status", "entity", "row_id"),
)


async def list_approvals(call: Call) -> Page[Approval]:
    """Find the approvals that the caller asked for or decides."""
    require_login(call.caller)
    query = Query(call.query)
    wanted = APPROVAL_LIST.read(query)
    query.require_valid()
    statement = select(models.Approval).where(visible(call.caller))
    async with call.database.read() as session:
        rows, frame = await APPROVAL_LIST.fetch(session, statement, wanted)
    return Page([Approval.of(row) for row in rows], frame)


async def read_approval(call: Call, approval_id: str) -> Approval:
    """Find one approval."""
    require_login(call.caller)
    async with call.database.read() as session:
        row = await find(session, call.caller, approval_id)
        Query(call.query).require_valid()
    return Approval.of(row)


async def approve(call: Call, approval_id: str) -> Approval:
    """Do the write; 409 when it is decided already, or the row has changed meanwhile."""
    require_login(call.caller)
    outdated: ApiError | None = None
    async with call.database.read() as session:
        known = await find(session, call.caller, approval_id)
    async with transaction(call.database, Target.known[known.entity]) as session:
        row = await decidable(session, call, approval_id)
        try:
            async with session.begin_nested():
                await _apply(session, call, row)
        except _OutdatedError:
            outdated = conflict("The row has changed since this was asked for.")
        status = ApprovalStatus.OUTDATED if outdated else ApprovalStatus.APPROVED
        await _decide(session, call, row, status)
    if outdated:
        raise outdated
    return Approval.of(row)


async def reject(call: Call, approval_id: str, body: Submitted[ApprovalReject]) -> Approval:
    """Leave everything as it is, and say why."""
    require_login(call.caller)
    async with call.database.write() as session:
        row = await decidable(session, call, approval_id, body)
        assert body.body is not None  # noqa: S101 - judged in `decidable`
        row.reason = body.body.reason
        await _decide(session, call, row, ApprovalStatus.REJECTED)
    return Approval.of(row)


def require_login(caller: Caller) -> None:
    """Raise 401 for nobody."""
    if not caller.authenticated:
        raise unauthorized()


def visible(caller: Caller) -> ColumnElement[bool]:
    """Which approvals the caller sees: those he asked for, and those he may decide."""
    if caller.is_admin:
        return true()
    approvers = models.Approval.approvers
    return or_(
        models.Approval.requested_by == caller.user_id,
        approvers.contains(f" {caller.role} ", autoescape=True),
        approvers.contains(" owner ") & (models.Approval.owner_id == caller.user_id),
    )


async def find(
    session: AsyncSession,
    caller: Caller,
    approval_id: str,
    *,
    lock: bool = False,
) -> models.Approval:
    """An approval that the caller sees, else 404."""
    wanted = models.Approval.id == row_id(approval_id)
    statement = select(models.Approval).where(wanted, visible(caller))
    row = await session.scalar(statement.with_for_update() if lock else statement)
    if row is None:
        raise not_found()
    return row


async def decidable(
    session: AsyncSession,
    call: Call,
    approval_id: str,
    body: Submitted[Any] | None = None,
) -> models.Approval:
    """An approval that the caller may decide now: 404, 403, 400, 409."""
    row = await find(session, call.caller, approval_id, lock=True)
    if not decides(call.caller, row.approvers.split(), row):
        raise forbidden()
    query = Query(call.query)
    if body is None:
        query.require_valid()
    else:
        body.accept(query)
    if row.status != ApprovalStatus.PENDING:
        raise conflict("This is decided already.")
    return row


class _OutdatedError(Exception):
    """The write cannot be done as it was asked for."""


async def _apply(session: AsyncSession, call: Call, approval: models.Approval) -> None:
    """Do the write in the name of who asked for it."""
    repository = Target.known[approval.entity]
    assert isinstance(repository, Repository)  # noqa: S101 - only entities need consent
    writer = Caller(approval.requested_by, "admin")
    unit: Writer[Any, Any] = Writer(session, repository, Call(writer, call.database))
    row = None
    if approval.row_id is not None:
        statement = repository.select().where(repository.model.id == approval.row_id)
        row = await session.scalar(statement.with_for_update())
        if row is None or row.version != approval.row_version:
            raise _OutdatedError
    values = await _values(unit, approval, row)
    made = await perform(unit, approval.action, row, values)
    if made is not None:
        approval.row_id = made.id


async def _values(
    unit: Writer[Any, Any],
    approval: models.Approval,
    row: Any,
) -> dict[str, Any]:
    """What was written, as long as it is still right."""
    if not approval.change:
        return {}
    body: type[Any] = Submitted[unit.repository.changes]  # type: ignore[name-defined]
    submitted = TypeAdapter(body).validate_python(approval.change)
    if submitted.body is None:
        raise _OutdatedError
    # Already merged when it was asked for.
    values: dict[str, Any] = submitted.body.values()
    if await unit.unresolved(values) or unit.broken(row, values):
        raise _OutdatedError
    return values


async def _decide(
    session: AsyncSession,
    call: Call,
    row: models.Approval,
    status: ApprovalStatus,
) -> None:
    row.status = status
    row.decided_by = call.caller.user_id
    row.decided_at = now_ms()
    await session.flush()

"""Asking for consent: whether a write needs it, and what is kept until somebody decides."""

from collections.abc import Sequence
from typing import Any, TypeVar

from app.approvals import models
from app.approvals.schemas import Approval, PendingApproval
from app.core.access import Action, owns
from app.core.answers import Answer, wire_name
from app.core.caller import Caller
from app.core.repository import Repository
from app.core.rows import Row
from app.core.rules import ConsentRule, evaluate
from app.core.writing import Writer

R = TypeVar("R", bound=Row)
A = TypeVar("A", bound=Answer)


async def consent(
    unit: Writer[R, A],
    action: Action,
    row: R | None,
    values: dict[str, Any],
) -> PendingApproval | None:
    """The approval that this write waits for; None when it may be done at once.

    What would be a conflict anyway is told at once (409), and nothing waits.
    """
    rule = needed(unit, action, row, values)
    if rule is None or decides(unit.call.caller, rule.approvers, row, action):
        return None
    version = None if row is None else row.version
    # As callers write it; read before the attempt, after which the session forgets the row.
    approval = models.Approval(
        entity=unit.repository.name,
        row_id=None if row is None else row.id,
        row_version=version,
        owner_id=unit.call.caller.user_id if row is None else getattr(row, "owner_id", None),
        action=action,
        approvers=f" {' '.join(rule.approvers)} ",
        change=wire(unit.repository, values),
        requested_by=unit.call.caller.user_id,
    )
    attempt = await unit.session.begin_nested()
    await perform(unit, action, row, dict(values))
    await attempt.rollback()
    unit.session.add(approval)
    await unit.session.flush()
    return PendingApproval(approval=Approval.of(approval))


def needed(
    unit: Writer[R, A],
    action: Action,
    row: R | None,
    values: dict[str, Any],
) -> ConsentRule | None:
    """The first rule that asks for consent to this write."""
    rules = [rule for rule in unit.repository.consents if rule.on == action]
    if not rules:
        return None
    state = unit.state(row, values)
    return next((rule for rule in rules if evaluate(rule.when, state) is True), None)


def decides(caller: Caller, approvers: Sequence[str], row: Any, action: str = "update") -> bool:
    """Whether the caller is one of those who may consent; whoever makes a row owns it."""
    if caller.is_admin or (caller.role is not None and caller.role in approvers):
        return True
    if "owner" not in approvers:
        return False
    return caller.authenticated if action == "create" and row is None else owns(caller, row)


async def perform(
    unit: Writer[R, A],
    action: str,
    row: R | None,
    values: dict[str, Any],
) -> R | None:
    """Do the write: gives the row that was made or changed."""
    if row is None:
        return await unit.insert(values)
    if action == "delete":
        await unit.delete(row)
        return None
    await unit.update(row, values)
    return row


def wire(repository: Repository[Any, Any], values: dict[str, Any]) -> dict[str, Any]:
    """The values as JSON that can be read again, private ones too."""
    if not values or repository.changes is None:
        return {}
    written = repository.changes.model_construct(set(values), **values)
    dumped = written.model_dump(mode="json", include=set(values))
    return {wire_name(name): dumped[wire_name(name)] for name in values}

"""Approvals as JSON."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from app.approvals import models
from app.core import fields
from app.core.answers import OffsetPage, Wire, wire_name
from app.core.bodies import Body
from app.core.repository import MASK, Repository, Target


class ApprovalStatus(StrEnum):
    """What became of a write that needs consent."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    OUTDATED = "outdated"


class ApprovalAction(StrEnum):
    """The writes that can need consent."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


class Approval(Wire):
    """A write that waits for consent; `change` has the written keys, private ones masked."""

    id: Annotated[UUID, fields.Identifier()]
    entity: Annotated[str, fields.String(max=40)]
    row_id: Annotated[UUID | None, fields.Identifier()]
    action: Annotated[ApprovalAction, fields.Choice(values=ApprovalAction)]
    status: Annotated[ApprovalStatus, fields.Choice(values=ApprovalStatus)]
    reason: Annotated[str | None, fields.String(max=500)]
    requested_by: Annotated[UUID | None, fields.Identifier()]
    decided_by: Annotated[UUID | None, fields.Identifier()]
    created_at: Annotated[datetime, fields.DateTime()]
    decided_at: Annotated[datetime | None, fields.DateTime()]
    change: Annotated[dict[str, Any], fields.JsonObject(doc="The written keys")]

    @classmethod
    def of(cls, row: models.Approval) -> "Approval":
        """The answer for a row."""
        values = {name: getattr(row, name) for name in cls.model_fields}
        return cls.model_construct(**values | {"change": _shown(row)})


def _shown(row: models.Approval) -> dict[str, Any]:
    repository = Target.known[row.entity]
    assert isinstance(repository, Repository)  # noqa: S101 - only entities need consent
    names = [*repository.fields, *(each.attribute for each in repository.many_to_many)]
    known = {wire_name(name) for name in names}
    return {key: value if key in known else MASK for key, value in row.change.items()}


class ApprovalList(OffsetPage[Approval]):
    """A page of approvals, oldest first."""


class PendingApproval(Wire):
    """The answer to a write that now waits for consent."""

    approval: Approval


class ApprovalReject(Body):
    """Why a write is refused."""

    reason: Annotated[str, fields.String(min=1, max=500)]

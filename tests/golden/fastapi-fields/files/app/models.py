"""Every table of the service, imported in one place for migrations."""

from app.background.models import Job, JobSchedule
from app.core.audit import AuditRow
from app.core.idempotency import IdempotencyKey
from app.observations.models import Observation

__all__ = [
    "AuditRow",
    "IdempotencyKey",
    "Job",
    "JobSchedule",
    "Observation",
]

"""Every table of the service, imported in one place for migrations."""

from app.auth.models import LoginFailure, PasswordReset, RefreshToken, Session
from app.background.models import Job, JobSchedule
from app.core.audit import AuditRow
from app.core.idempotency import IdempotencyKey
from app.products.models import Product
from app.suppliers.models import Supplier
from app.tags.models import Tag
from app.users.models import User

__all__ = [
    "AuditRow",
    "IdempotencyKey",
    "Job",
    "JobSchedule",
    "LoginFailure",
    "PasswordReset",
    "Product",
    "RefreshToken",
    "Session",
    "Supplier",
    "Tag",
    "User",
]

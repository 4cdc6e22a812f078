"""Every table of the service, imported in one place for migrations."""

from app.auth.models import LoginFailure, PasswordReset, RefreshToken, Session
from app.background.models import Job, JobSchedule
from app.clubs.models import Club
from app.core.audit import AuditRow
from app.core.idempotency import IdempotencyKey
from app.members.models import Member
from app.passes.models import Pass
from app.teams.models import Team
from app.users.models import User

__all__ = [
    "AuditRow",
    "Club",
    "IdempotencyKey",
    "Job",
    "JobSchedule",
    "LoginFailure",
    "Member",
    "Pass",
    "PasswordReset",
    "RefreshToken",
    "Session",
    "Team",
    "User",
]

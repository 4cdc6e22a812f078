"""Who is asking: the user of a bearer token (RFC 6750) whose session is still alive."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase

from app.auth.bearer import authenticate, claimed_user
from app.core.database import database_of
from app.core.rate_limit import Limit
from app.project import BASE_PATH

# Answers under these are about people; nobody on the way may keep them.
PRIVATE_PATHS = (f"{BASE_PATH}/auth/", f"{BASE_PATH}/users")


@dataclass(frozen=True)
class Caller:
    """The caller of a request; nobody is logged in when `user_id` is None."""

    user_id: UUID | None = None
    role: str | None = None
    session_id: UUID | None = None

    @property
    def authenticated(self) -> bool:
        """Whether the caller is logged in."""
        return self.user_id is not None

    @property
    def is_admin(self) -> bool:
        """Whether the caller passes every access check."""
        return self.role == "admin"


class Bearer(SecurityBase):
    """The scheme in openapi.json, and the dependency that tells who calls."""

    def __init__(self) -> None:
        self.scheme_name = "bearer"
        self.model = HTTPBearer(bearerFormat="JWT")

    async def __call__(self, request: Request) -> Caller:
        """The caller; 401 for a bad, expired or revoked token, also where none is needed."""
        found = await authenticate(request, database_of(request))
        if found is None:
            return Caller()
        request.state.user_id = str(found.user_id)
        return Caller(found.user_id, found.role, found.session_id)


get_caller = Bearer()
CallerDep = Annotated[Caller, Depends(get_caller)]


def limit_for(request: Request, address: str) -> Limit:
    """What a request counts against: its user, else its address; on /auth always the address."""
    settings = request.app.state.settings
    if request.scope["path"].startswith(f"{BASE_PATH}/auth/"):
        return Limit(f"auth {address}", settings.auth_rate_limit_per_minute)
    user = claimed_user(request)
    key = f"user {user}" if user else f"address {address}"
    return Limit(key, settings.rate_limit_per_minute)

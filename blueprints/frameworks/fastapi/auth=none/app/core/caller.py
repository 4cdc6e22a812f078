"""Who is asking: this service has no accounts, so nobody is ever logged in."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from app.core.rate_limit import Limit

# Paths whose answers are about people; without accounts there are none.
PRIVATE_PATHS: tuple[str, ...] = ()


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
        """Whether the caller passes every access check: where nobody can log in, everybody does."""
        return True


async def get_caller(_request: Request) -> Caller:
    """The caller: always anonymous."""
    return Caller()


CallerDep = Annotated[Caller, Depends(get_caller)]


def limit_for(request: Request, address: str) -> Limit:
    """What a request counts against: its address."""
    return Limit(f"address {address}", request.app.state.settings.rate_limit_per_minute)

"""Who may do what with the rows of a resource."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from app.core.caller import Caller
from app.core.errors import forbidden, unauthorized

Action = Literal["list", "read", "create", "update", "delete"]
Policy = str | tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Access:
    """For each action `"public"`, `"authenticated"`, `"owner"`, a role, or several of them.

    Any one of several suffices, and an admin passes every check.
    """

    list: Policy = "public"
    read: Policy = "public"
    create: Policy = "public"
    update: Policy = "public"
    delete: Policy = "public"
    commands: Mapping[str, Policy] = field(default_factory=dict)

    def names(self, action: str) -> tuple[str, ...]:
        """The policies of an action or a command."""
        policy: Policy = self.commands.get(action) or getattr(self, action)
        return (policy,) if isinstance(policy, str) else policy

    def is_public(self, action: str) -> bool:
        """Whether nobody need log in."""
        return "public" in self.names(action)

    def refuses(self, action: str) -> bool:
        """Whether somebody who is logged in can get a 403.

        Nobody does where an owner reads: lists hold his own rows, and others' rows are not found.
        """
        names = self.names(action)
        mild = action in ("list", "read") and "owner" in names
        return not (mild or "public" in names or "authenticated" in names)

    def by_role(self, caller: Caller, action: str) -> bool:
        """Whether the caller may do this with every row, whoever owns it."""
        if self.is_public(action) or caller.is_admin:
            return True
        names = self.names(action)
        return caller.authenticated and ("authenticated" in names or caller.role in names)

    def require(self, caller: Caller, action: str) -> None:
        """Raise 401 or 403 for a caller who may not do this with any row."""
        if self.by_role(caller, action):
            return
        if not caller.authenticated:
            raise unauthorized()
        if "owner" not in self.names(action):
            raise forbidden()

    def allows(self, caller: Caller, action: str, row: Any) -> bool:
        """Whether the caller may do this with this row."""
        if self.by_role(caller, action):
            return True
        return "owner" in self.names(action) and owns(caller, row)


def owns(caller: Caller, row: Any) -> bool:
    """Whether the caller created this row."""
    return caller.authenticated and getattr(row, "owner_id", None) == caller.user_id


def require_admin(caller: Caller) -> None:
    """Raise 401 or 403 for anybody but an admin."""
    if caller.is_admin:
        return
    raise forbidden() if caller.authenticated else unauthorized()

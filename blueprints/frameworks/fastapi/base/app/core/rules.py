"""Business rules: conditions over a row as it would be and as it is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Context, localcontext
from typing import Any, Generic, TypeVar

from app.core.access import Action
from app.core.caller import Caller
from app.core.conditions import Truth
from app.core.rows import Row

R = TypeVar("R", bound=Row)

# More digits than any product of stored decimals has, so that nothing is rounded.
EXACT = Context(prec=1000)


@dataclass(frozen=True)
class State(Generic[R]):
    """What a condition looks at; on a create, `old` is the same as `new`."""

    new: R
    old: R
    actor: Caller
    now: datetime


Condition = Callable[[State[Any]], Truth]


@dataclass(frozen=True)
class Rule:
    """What must hold for a row; it refuses only when it is false.

    `field` is the attribute that is named as the faulty one.
    """

    holds: Condition
    field: str
    message: str


@dataclass(frozen=True)
class ConsentRule:
    """A write that waits for consent when its condition is true.

    The approvers are roles, or `owner`; their own writes are applied at once.
    """

    on: Action
    when: Condition
    approvers: Sequence[str]


def evaluate(condition: Condition, state: State[Any]) -> Truth:
    """The value of a condition, with exact decimals."""
    with localcontext(EXACT):
        return condition(state)

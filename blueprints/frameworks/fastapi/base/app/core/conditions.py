"""Kleene's three-valued logic: a comparison with null is neither true nor false but unknown, None."""

from typing import Any

Truth = bool | None


def equal(left: Any, right: Any) -> Truth:
    """Whether two values are the same."""
    return None if left is None or right is None else bool(left == right)


def unequal(left: Any, right: Any) -> Truth:
    """Whether two values differ."""
    return None if left is None or right is None else bool(left != right)


def less(left: Any, right: Any) -> Truth:
    """Whether the left value comes before the right one."""
    return None if left is None or right is None else bool(left < right)


def less_or_equal(left: Any, right: Any) -> Truth:
    """Whether the left value does not come after the right one."""
    return None if left is None or right is None else bool(left <= right)


def one_of(value: Any, *others: Any) -> Truth:
    """Whether a value is among others."""
    if value is None:
        return None
    if any(value == other for other in others if other is not None):
        return True
    return None if None in others else False


def both(left: Truth, right: Truth) -> Truth:
    """`and`: false when either is false, however little is known of the other."""
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def either(left: Truth, right: Truth) -> Truth:
    """`or`: true when either is true, however little is known of the other."""
    if left is True or right is True:
        return True
    return None if left is None or right is None else False


def opposite(value: Truth) -> Truth:
    """`not`: what is unknown stays unknown."""
    return None if value is None else not value


def plus(left: Any, right: Any) -> Any:
    """The sum, unknown with an unknown part."""
    return None if left is None or right is None else left + right


def minus(value: Any) -> Any:
    """The same number below zero."""
    return None if value is None else -value


def times(left: Any, right: Any) -> Any:
    """The product, unknown with an unknown factor."""
    return None if left is None or right is None else left * right

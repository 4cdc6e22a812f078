"""Kleene's logic: what is unknown, and what can be said all the same."""

import pytest

from app.core.conditions import Truth, both, either, less, one_of, opposite, plus

AND = {
    (True, True): True,
    (True, False): False,
    (True, None): None,
    (False, False): False,
    (False, None): False,
    (None, None): None,
}


@pytest.mark.parametrize(("parts", "whole"), AND.items())
def test_and_or_not(parts: tuple[Truth, Truth], whole: Truth) -> None:
    left, right = parts
    assert both(left, right) is both(right, left) is whole
    # De Morgan: `a or b` is `not (not a and not b)`.
    turned = opposite(both(opposite(left), opposite(right)))
    assert either(left, right) is either(right, left) is turned


def test_a_part_that_is_null() -> None:
    assert less(1, None) is less(None, 1) is None
    assert plus(1, None) is plus(None, 1) is None
    assert one_of(1, 1, None) is True
    assert one_of(2, 1, None) is None
    assert one_of(2, 1) is False
    assert one_of(None, 1) is None

"""Strict JSON, as RFC 8259 has it."""

from decimal import Decimal

import pytest

from app.core.errors import ApiError, ErrorCode
from app.core.json_body import MAX_DEPTH, decode_json


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" ",
        b"{",
        b"{} {}",
        b"NaN",
        b'{"a": Infinity}',
        b"-Infinity",
        b"01",
        b"{'a': 1}",
        b'{"a": 1,}',
        b'"\xff"',
        b'"\xed\xa0\x80"',
        rb'"\ud800"',
        rb'{"\udc00": 1}',
        rb'["ok", {"a": "\ud83d"}]',
        b'"a\nb"',
        b"\xef\xbb\xbf{}",
        b"[" * 100_000,
        b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1),
    ],
)
def test_refuses_what_is_not_json(data: bytes) -> None:
    with pytest.raises(ApiError) as caught:
        decode_json(data)
    assert (caught.value.status, caught.value.code) == (400, ErrorCode.MALFORMED_JSON)


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (rb'"\ud83d\ude00"', "\U0001f600"),
        (b"1.10", Decimal("1.10")),
        (b"1e2", Decimal("1e2")),
        (b"1e99999999999999999999", Decimal("1e999")),
        (b"-1e99999999999999999999", Decimal("-1e999")),
        (b"1e-99999999999999999999", Decimal(0)),
        (b"9" * 5000, Decimal("9" * 5000)),
        (b"7", 7),
        (b"null", None),
    ],
)
def test_reads_json_without_losing_digits(data: bytes, value: object) -> None:
    assert decode_json(data) == value


def test_allows_the_greatest_depth() -> None:
    assert decode_json(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)

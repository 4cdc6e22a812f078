"""Signatures of requests: `t=SECONDS,v1=SIGNATURE`, as payment providers make them.

The signature is the HMAC-SHA256 of `SECONDS.BODY`. It is made of the bytes that were sent: whoever
decodes them first and writes them again may have other ones.
"""

import hmac
import re

_SECONDS = re.compile(r"[0-9]{1,12}")


def is_signed(header: str, body: bytes, secret: str, *, now: float, tolerance: int) -> bool:
    """Whether somebody who knows the secret has sent this a moment ago.

    While a secret is exchanged there are several signatures: one that is right suffices.
    """
    parts = [part.strip().partition("=") for part in header.split(",")]
    moments = [value for key, _, value in parts if key == "t"]
    if len(moments) != 1 or not _SECONDS.fullmatch(moments[0]):
        return False
    if abs(now - int(moments[0])) > tolerance:
        return False
    wanted = signature(secret, moments[0], body).encode()
    signatures = [value.encode() for key, _, value in parts if key == "v1"]
    # How long it takes to compare says nothing about what would be right.
    return any(hmac.compare_digest(wanted, each) for each in signatures)


def signature(secret: str, seconds: str, body: bytes) -> str:
    """The signature of a body that is sent at this second."""
    return hmac.new(secret.encode(), f"{seconds}.".encode() + body, "sha256").hexdigest()

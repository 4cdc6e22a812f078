"""Where a request comes from: only trusted proxies are believed."""

from ipaddress import ip_network

import pytest

from app.core.client import client_of

TRUSTED = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]


@pytest.mark.parametrize(
    ("peer", "hops", "proto", "found"),
    [
        # A stranger says what he likes.
        ("1.1.1.1", ["2.2.2.2"], "https", ("1.1.1.1", False)),
        ("10.0.0.1", [], None, ("10.0.0.1", False)),
        ("10.0.0.1", ["2.2.2.2"], "HTTPS ", ("2.2.2.2", True)),
        ("10.0.0.1", ["2.2.2.2"], "http", ("2.2.2.2", False)),
        # What stands before the first address that no proxy of ours has is hearsay.
        ("10.0.0.1", ["3.3.3.3, 2.2.2.2 ,10.0.0.2"], "https", ("2.2.2.2", True)),
        ("10.0.0.1", ["3.3.3.3", "2.2.2.2"], "https", ("2.2.2.2", True)),
        ("10.0.0.1", ["2.2.2.2, nonsense, 10.0.0.2"], "https", ("10.0.0.2", True)),
        ("fd00::1", ["2001:db8::1,,"], "https", ("2001:db8::1", True)),
        # A proxy behind a socket has no address to trust.
        ("/run/proxy.sock", ["2.2.2.2"], "https", ("/run/proxy.sock", False)),
        (None, ["2.2.2.2"], "https", ("unknown", False)),
    ],
)
def test_the_client(
    peer: str | None,
    hops: list[str],
    proto: str | None,
    found: tuple[str, bool],
) -> None:
    headers = [(b"x-forwarded-for", hop.encode()) for hop in hops]
    if proto is not None:
        headers.append((b"x-forwarded-proto", proto.encode()))
    scope = {
        "type": "http",
        "client": (peer, 1) if peer else None,
        "scheme": "http",
        "headers": headers,
    }
    assert client_of(scope, TRUSTED) == found


def test_without_proxies_the_peer_counts() -> None:
    scope = {"type": "http", "client": ("10.0.0.1", 1), "scheme": "https", "headers": []}
    assert client_of(scope, []) == ("10.0.0.1", True)

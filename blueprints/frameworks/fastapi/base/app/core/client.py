"""Where a request comes from, believing `X-Forwarded-*` only from trusted proxies."""

from collections.abc import Sequence
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.types import Scope

from app.core.config import Network


def client_of(scope: Scope, trusted: Sequence[Network]) -> tuple[str, bool]:
    """Return the address of the client and whether it came by https.

    The list in `X-Forwarded-For` is read from its end: each proxy adds the address that it saw,
    so the first one that is no trusted proxy is the client; what stands before it is hearsay.
    """
    peer = scope["client"][0] if scope.get("client") else "unknown"
    https = scope["scheme"] == "https"
    if not _trusted(peer, trusted):
        return peer, https
    headers = Headers(scope=scope)
    https = headers.get("x-forwarded-proto", scope["scheme"]).strip().lower() == "https"
    hops = [hop.strip() for hop in ",".join(headers.getlist("x-forwarded-for")).split(",")]
    for hop in reversed([hop for hop in hops if hop]):
        if not _is_address(hop):
            break
        peer = hop
        if not _trusted(hop, trusted):
            break
    return peer, https


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _trusted(address: str, trusted: Sequence[Network]) -> bool:
    return (
        bool(trusted)
        and _is_address(address)
        and any(ip_address(address) in network for network in trusted)
    )

"""Serving an application in the foreground."""

import signal

import uvicorn

from app.core.config import CoreSettings


def serve(factory: str, settings: CoreSettings, port: int, *, reload: bool = False) -> None:
    """Run a server; on SIGTERM finish the requests in flight and leave with status 0."""
    # The server raises the signal again once it is done; by then there is nothing left to do.
    signal.signal(signal.SIGTERM, lambda *_: None)
    uvicorn.run(
        factory,
        factory=True,
        reload=reload,
        host=settings.host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        # Forwarded headers are judged by TRUSTED_PROXIES, not by the server.
        proxy_headers=False,
        # Filters and searches that the contract allows are long once escaped.
        h11_max_incomplete_event_size=256 * 1024,
        timeout_graceful_shutdown=settings.drain_seconds,
    )

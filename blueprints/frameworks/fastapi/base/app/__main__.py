"""`python -m app`: serve in the foreground, in one process, until SIGTERM or SIGINT."""

import signal
import sys

import uvicorn

from app.core.config import load_settings
from app.settings import Settings


def main() -> None:
    """Run the server; on SIGTERM finish the requests in flight and leave with status 0."""
    settings = load_settings(Settings)
    # The server raises the signal again once it is done; by then there is nothing left to do.
    signal.signal(signal.SIGTERM, lambda *_: None)
    uvicorn.run(
        "app.main:create_app",
        factory=True,
        reload="--reload" in sys.argv[1:],
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        # Forwarded headers are judged by TRUSTED_PROXIES, not by the server.
        proxy_headers=False,
        # Filters and searches that the contract allows are long once escaped.
        h11_max_incomplete_event_size=256 * 1024,
        timeout_graceful_shutdown=settings.drain_seconds,
    )


if __name__ == "__main__":
    main()

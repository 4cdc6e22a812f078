"""`python -m app`: serve in the foreground, in one process, until SIGTERM or SIGINT."""

import sys

from app.core.config import load_settings
from app.core.serving import serve
from app.settings import Settings


def main() -> None:
    """Run the service."""
    settings = load_settings(Settings)
    serve("app.main:create_app", settings, settings.port, reload="--reload" in sys.argv[1:])


if __name__ == "__main__":
    main()

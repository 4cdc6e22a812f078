"""The application: its routes, what surrounds them, and what they share."""

from fastapi import FastAPI

from app.api import ROUTERS
from app.core import docs, health
from app.core.caller import PRIVATE_PATHS, limit_for
from app.core.config import load_settings
from app.core.database import Database
from app.core.errors import install_error_handlers
from app.core.idempotency import install_replays
from app.core.logging import configure_logging
from app.core.middleware import BodyLimit, CatchAll, Cors, Gzip, RequestContext
from app.core.openapi import describe
from app.core.rate_limit import RateLimit
from app.core.routing import EarlyRouting
from app.lifespan import lifespan
from app.observability import metrics
from app.observability.observers import Observers
from app.project import DESCRIPTION, TITLE, VERSION
from app.settings import Settings

GZIP_MINIMUM = 1024
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
EXPOSED = ["ETag", "Location", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"]


def create_app(settings: Settings | None = None) -> FastAPI:
    """Build the application; without settings, from the environment."""
    settings = settings or load_settings(Settings)
    configure_logging(settings.log_level)
    app = FastAPI(
        title=TITLE,
        description=DESCRIPTION,
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.state.settings = settings
    app.state.database = Database(settings)
    app.state.observers = Observers(app, settings)
    app.state.work = None
    for router in (health.router, metrics.router, *ROUTERS):
        # Not `include_router`: FastAPI would ask every router twice, and each of its routes.
        app.router.routes += router.routes
    if not settings.production:
        app.include_router(docs.router)
    describe(app)
    install_error_handlers(app)
    install_replays(app)
    add_middleware(app, settings)
    return app


def add_middleware(app: FastAPI, settings: Settings) -> None:
    """Add the layers from the innermost out: the last one added sees a request first."""
    observers: Observers = app.state.observers
    app.add_middleware(BodyLimit, limit=settings.max_body_bytes)
    app.add_middleware(RateLimit, limit_for=limit_for)
    app.add_middleware(EarlyRouting)
    app.add_middleware(CatchAll, report=observers.report)
    app.add_middleware(Gzip, minimum_size=GZIP_MINIMUM)
    if settings.cors_origins:
        app.add_middleware(
            Cors,
            allow_origins=settings.cors_origins,
            allow_methods=METHODS,
            allow_headers=["*"],
            expose_headers=[*EXPOSED, "Retry-After", "X-Request-Id"],
            max_age=600,
        )
    app.add_middleware(
        RequestContext,
        trusted_proxies=settings.trusted_proxies,
        private_paths=PRIVATE_PATHS,
        observe=observers.metrics.observe,
    )
    observers.surround(app)

"""`python -m app.worker`: send and handle events and run jobs, until SIGTERM or SIGINT."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response

from app.core import health
from app.core.config import load_settings
from app.core.database import Database
from app.core.errors import ApiError, install_error_handlers
from app.core.health import Readiness
from app.core.logging import configure_logging
from app.core.serving import serve
from app.observability import metrics
from app.observability.observers import Observers
from app.settings import Settings
from app.work import make_work


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Work; in the end let what runs finish."""
    try:
        async with app.state.settings.open_clients(), app.state.work.running():
            yield
    finally:
        await app.state.observers.close()
        await app.state.database.close()


def create_worker(settings: Settings | None = None) -> FastAPI:
    """Build the worker, which answers probes and Prometheus while it works."""
    settings = settings or load_settings(Settings)
    configure_logging(settings.log_level)
    app = FastAPI(lifespan=lifespan, openapi_url=None, redirect_slashes=False)
    app.state.settings = settings
    app.state.database = Database(settings)
    app.state.observers = Observers(app, settings)
    app.state.work = make_work(app.state.database, settings)
    app.add_api_route("/healthz", health.healthz)
    app.add_api_route("/readyz", readyz)
    app.add_api_route("/metrics", metrics.metrics, response_class=Response)
    install_error_handlers(app)
    return app


async def readyz(request: Request, response: Response) -> Readiness:
    """Answers 200 when the database answers, 503 otherwise; tells of the broker, too."""
    others = await request.app.state.work.check()
    try:
        await request.app.state.database.ping()
    except ApiError as error:
        response.status_code = error.status
        return Readiness(status="unavailable", checks={"database": "down", **others})
    return Readiness(status="ok", checks={"database": "up", **others})


def main() -> None:
    """Run the worker; on SIGTERM finish what runs and leave with status 0."""
    settings = load_settings(Settings)
    serve("app.worker:create_worker", settings, settings.worker_port)


if __name__ == "__main__":
    main()

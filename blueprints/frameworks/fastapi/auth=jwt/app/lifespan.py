"""What starts and stops with the service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from app.jobs.runner import JobRunner


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Run jobs while the service runs; close the pool when it has finished its requests."""
    runner = JobRunner(app.state.database, app.state.settings)
    try:
        async with runner.running():
            yield
    finally:
        await app.state.observers.close()
        await app.state.database.close()

"""What starts and stops with the service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Close the pool when the service has finished its requests."""
    yield
    await app.state.observers.close()
    await app.state.database.close()

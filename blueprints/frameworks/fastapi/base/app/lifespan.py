"""What starts and stops with the service."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI

from app.project import QUEUE
from app.work import make_work


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Do the work in the background here when no worker does; close the pool in the end."""
    try:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(app.state.settings.open_clients())
            if QUEUE == "none":
                app.state.work = make_work(app.state.database, app.state.settings)
                await stack.enter_async_context(app.state.work.running())
            yield
    finally:
        app.state.work = None
        await app.state.observers.close()
        await app.state.database.close()

"""What starts and stops with the service."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from app.core.idempotency import forget_old_keys

log = logging.getLogger(__name__)

PERIOD_SECONDS = 3600.0


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Tidy up now and then; close the pool when the service has finished its requests."""
    stopping = asyncio.Event()
    tidying = asyncio.create_task(_tidy(app, stopping))
    try:
        yield
    finally:
        stopping.set()
        await tidying
        await app.state.observers.close()
        await app.state.database.close()


async def _tidy(app: FastAPI, stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        try:
            await forget_old_keys(app.state.database, app.state.settings)
        except Exception:
            # Such as a database that nobody has migrated yet.
            log.exception("cannot remove old idempotency keys")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), PERIOD_SECONDS)

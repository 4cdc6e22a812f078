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
    tidying = asyncio.create_task(_tidy(app))
    try:
        yield
    finally:
        tidying.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await tidying
        await app.state.observers.close()
        await app.state.database.close()


async def _tidy(app: FastAPI) -> None:
    while True:
        try:
            await forget_old_keys(app.state.database, app.state.settings)
        except Exception:
            # Such as a database that nobody has migrated yet.
            log.exception("cannot remove old idempotency keys")
        await asyncio.sleep(PERIOD_SECONDS)

"""Consumes the messages of a handler: once each, again after a failure, in the order of a row."""

import asyncio
import contextlib
import logging
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from app.background.carrier import Carrier, Delivery
from app.background.event_metrics import EventMetrics
from app.background.events import Envelope, NotValidError, read_letter
from app.background.handlers import Handler
from app.background.jobs import pause_after
from app.background.lanes import Lanes
from app.background.outbox import EventDelivery
from app.background.work import AWAY_SECONDS, AwayError, Stop, trouble
from app.core.database import Database, now_ms
from app.core.errors import ApiError
from app.settings import Settings

log = logging.getLogger(__name__)

GONE = "the process that had it is gone"
UNAVAILABLE = 503


class _NotYetError(Exception):
    """Another process is at work on this event, or on an earlier one of its subject."""


class _FailedError(Exception):
    """The handler failed; its cause says how."""


class Consumer:
    """One handler at work."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        handler: Handler[Any],
        carrier: Carrier,
        metrics: EventMetrics,
    ) -> None:
        self.database = database
        self.settings = settings
        self.handler = handler
        self.carrier = carrier
        self.metrics = metrics
        self._lanes = Lanes()

    async def run(self, stop: Stop) -> None:
        """Consume until asked to stop, then finish what has begun."""
        while not stop.wanted:
            self._lanes = Lanes()
            pause = 0.0
            try:
                await self.carrier.ready()
                await self.carrier.feed(self.handler, self, stop)
            except asyncio.CancelledError:
                self._lanes.abandon()
                raise
            except Exception as error:
                pause = trouble(error, self.handler.name)
            finally:
                await self._lanes.close()
            await stop.within(pause)

    # --- the inbox ----------------------------------------------------------------------------

    @property
    def room(self) -> int:
        """How many more messages may be put in now."""
        return self._lanes.room

    def put(self, delivery: Delivery) -> None:
        """Take a message into the lane of its subject; one that makes no sense is dead at once."""
        lanes = self._lanes
        try:
            event = read_letter(delivery.text).open(self.handler.event)
        except NotValidError as error:
            text = f"not valid: {error}"
            # In no lane but its own.
            lanes.add(UUID(int=id(delivery)), lambda: self._reject(delivery, text))
        else:
            lanes.add(event.subject, lambda: self._handle(event, delivery, lanes.closing))

    async def _reject(self, delivery: Delivery, error: str) -> None:
        # What cannot be kept now will be delivered again.
        with contextlib.suppress(AwayError, ApiError):
            await self._bury(delivery, error, 1)

    # --- one message --------------------------------------------------------------------------

    async def _handle(self, event: Envelope[Any], delivery: Delivery, closing: Stop) -> None:
        """Try until it is done or dead; what is not acknowledged is delivered again."""
        blamed = not delivery.again
        while not closing.wanted:
            try:
                if not blamed and await self._fail(event, delivery, GONE) is None:
                    return
                blamed = True
                pause = await self._attempt(event, delivery)
            except AwayError:
                return
            except (ApiError, _NotYetError):
                pause = AWAY_SECONDS
            except Exception as error:
                # Nothing could be noted.
                pause = trouble(error, self.handler.name)
            if pause is None or await closing.within(pause):
                return

    async def _attempt(self, event: Envelope[Any], delivery: Delivery) -> float | None:
        """Try once: None when that was the end of it, else how long to wait."""
        try:
            outcome = await self._effect(event)
        except _NotYetError:
            raise
        except Exception as error:
            if isinstance(error, ApiError) and error.status == UNAVAILABLE:
                raise
            cause = error.__cause__ if isinstance(error, _FailedError) else error
            extra = {"handler": self.handler.name, "eventId": str(event.id)}
            log.error("handler failed", exc_info=cause, extra=extra)
            return await self._fail(event, delivery, f"{type(cause).__name__}: {cause}")
        await delivery.done()
        self.metrics.consumed(self.handler.name, outcome)
        return None

    async def _effect(self, event: Envelope[Any]) -> str:
        """Do what the handler does and note that it is done, both or neither."""
        async with self.database.write() as session:
            receipt = await self._receipt(session, event)
            if receipt.status == "done":
                return "duplicate"
            await _in_turn(session, receipt)
            receipt.status, receipt.done_at, receipt.error = "done", now_ms(), None
            await session.flush()
            try:
                await self.handler.function(event, session)
            except (ApiError, SQLAlchemyError):
                raise
            except Exception as error:
                # A connection that the handler lost is not that of the database.
                raise _FailedError from error
        return "handled"

    async def _fail(self, event: Envelope[Any], delivery: Delivery, error: str) -> float | None:
        """Count a failed attempt; None when it was the last one, else how long to wait."""
        async with self.database.write() as session:
            receipt = await self._receipt(session, event)
            if receipt.status == "done":
                return 0.0
            receipt.attempts += 1
            receipt.error = error
            attempts = receipt.attempts
            last = attempts >= self.settings.event_attempts
            receipt.status = "failed" if last else "pending"
        if last:
            await self._bury(delivery, error, attempts)
            return None
        self.metrics.consumed(self.handler.name, "retry")
        return pause_after(attempts, self.settings.event_retry_base_ms).total_seconds()

    async def _bury(self, delivery: Delivery, error: str, attempts: int) -> None:
        await delivery.dead(error, attempts)
        extra = {"handler": self.handler.name, "error": error, "attempts": attempts}
        log.error("event is a dead letter", extra=extra)
        self.metrics.consumed(self.handler.name, "dead")

    async def _receipt(self, session: AsyncSession, event: Envelope[Any]) -> EventDelivery:
        """What is known of this event and this handler, locked."""
        key = (self.handler.name, event.id)
        receipt = await session.get(EventDelivery, key, with_for_update=True)
        if receipt is not None:
            return receipt
        receipt = EventDelivery(handler=key[0], event_id=key[1], status="pending", attempts=0)
        receipt.subject = event.subject
        session.add(receipt)
        try:
            await session.flush()
        except IntegrityError:
            raise _NotYetError from None
        return receipt


async def _in_turn(session: AsyncSession, receipt: EventDelivery) -> None:
    """Let earlier messages of the subject go first, also where another process is at work."""
    if receipt.position is None:
        return
    earlier = exists().where(
        EventDelivery.handler == receipt.handler,
        EventDelivery.status == "pending",
        EventDelivery.position < receipt.position,
        EventDelivery.subject == receipt.subject,
    )
    if await session.scalar(select(earlier)):
        raise _NotYetError

"""The broker: RabbitMQ."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import aio_pika
from aio_pika import DeliveryMode, ExchangeType, Message
from aio_pika.abc import (
    AbstractChannel,
    AbstractConnection,
    AbstractExchange,
    AbstractIncomingMessage,
    AbstractQueue,
)
from aio_pika.exceptions import AMQPError
from pamqp.common import FieldTable
from sqlalchemy.ext.asyncio import AsyncSession

from app.background.carrier import Delivery, Inbox
from app.background.dead_letters import forget_attempts
from app.background.dispatcher import Dispatcher
from app.background.handlers import Handler
from app.background.jobs import QUEUES
from app.background.lanes import HELD
from app.background.outbox import OutboxRow
from app.background.sources import JobSource, Ticket
from app.background.work import AwayError, Part, Stop
from app.core.database import Database
from app.project import NAME
from app.settings import Settings

log = logging.getLogger(__name__)

# Before every name.
PREFIX = NAME
PATIENCE_SECONDS = 2.0
CHECK_SECONDS = 0.25
SETTLE_SECONDS = 0.3
ENVELOPE = "application/cloudevents+json"
# A message that comes back keeps its place only in a queue with a limit of how often it may.
OFTEN = 1_000_000
DURABLE: dict[str, Any] = {"x-queue-type": "quorum", "x-delivery-limit": OFTEN}


# The client says of a connection that is closed that it is in the wrong state.
AWAY = (AMQPError, OSError, TimeoutError, RuntimeError)


@dataclass(frozen=True)
class Link:
    """A connection and what was made on it."""

    connection: AbstractConnection
    # Sends; what it sent is safe once the server says so.
    sender: AbstractChannel
    events: AbstractExchange
    jobs: Mapping[str, AbstractQueue]


def make_carrier(
    database: Database,
    settings: Settings,
    handlers: Sequence[Handler[Any]],
) -> "RabbitBroker":
    """The broker."""
    return RabbitBroker(database, settings.broker_url.get_secret_value(), handlers, prefix=PREFIX)


class RabbitBroker:
    """Events in an exchange, with a queue for each handler; jobs in a queue for each urgency.

    A connection that is lost is made anew when it is needed, and everything on it with it: what was
    delivered on the old one is delivered again, and cannot be acknowledged any more.
    """

    def __init__(
        self,
        database: Database,
        url: str,
        handlers: Sequence[Handler[Any]],
        *,
        prefix: str,
    ) -> None:
        self.database = database
        self.url = url
        self.handlers = handlers
        self.prefix = prefix
        self.away = False
        self._making = asyncio.Lock()
        self._link: Link | None = None

    # --- its state ----------------------------------------------------------------------------

    @asynccontextmanager
    async def _asking(self) -> AsyncIterator[None]:
        """Tell a broker that is away from a mistake, and say it once."""
        try:
            yield
        except AWAY as error:
            if not self.away:
                log.warning("the broker is away: %s", type(error).__name__)
            self.away = True
            await self._drop()
            raise AwayError from error

    async def ready(self) -> None:
        """Connect, and make what is not there; raises `AwayError`."""
        await self._linked()

    async def _linked(self) -> "Link":
        async with self._making:
            if self._link is not None and not self._link.sender.is_closed:
                return self._link
            async with self._asking(), asyncio.timeout(PATIENCE_SECONDS):
                await self._drop()
                properties: FieldTable = {"connection_name": self.prefix}
                connection = await aio_pika.connect(
                    self.url,
                    timeout=PATIENCE_SECONDS,
                    client_properties=properties,
                )
                link = await self._declare(connection)
            if self.away:
                log.info("the broker is back")
            self.away = False
            self._link = link
            return link

    async def _declare(self, connection: AbstractConnection) -> "Link":
        channel = await connection.channel(publisher_confirms=True)
        name = f"{self.prefix}.events"
        events = await channel.declare_exchange(name, ExchangeType.TOPIC, durable=True)
        for handler in self.handlers:
            single = {**DURABLE, "x-single-active-consumer": True}
            inbox = self._of(handler)
            queue = await channel.declare_queue(inbox, durable=True, arguments=single)
            await queue.bind(events, handler.event.name)
            await channel.declare_queue(f"{inbox}.dlq", durable=True, arguments=DURABLE)
        jobs: dict[str, AbstractQueue] = {}
        for each in QUEUES:
            name = f"{self.prefix}.jobs.{each}"
            jobs[each] = await channel.declare_queue(name, durable=True, arguments=DURABLE)
        return Link(connection, channel, events, jobs)

    async def _drop(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            # It may be lost anyway.
            with contextlib.suppress(*AWAY):
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await link.connection.close()

    def _of(self, handler: Handler[Any]) -> str:
        return f"{self.prefix}.{handler.name}"

    async def check(self) -> Mapping[str, Literal["up", "down"]]:
        """What probes are told."""
        try:
            await self.ready()
        except AwayError:
            return {"broker": "down"}
        return {"broker": "up"}

    async def close(self) -> None:
        """Close the connection."""
        await self._drop()

    # --- events -------------------------------------------------------------------------------

    async def publish(self, _session: AsyncSession, rows: Sequence[OutboxRow]) -> None:
        """Send messages in this order; returns when the server has confirmed all."""
        exchange = (await self._linked()).events
        async with self._asking(), asyncio.timeout(PATIENCE_SECONDS):
            await asyncio.gather(
                *(
                    exchange.publish(
                        _message(row.envelope.encode(), message_id=str(row.id), type=row.type),
                        routing_key=row.type,
                        mandatory=False,
                    )
                    for row in rows
                )
            )

    async def feed(self, handler: Handler[Any], inbox: Inbox, stop: Stop) -> None:
        """Put messages into the inbox; of several workers the server chooses one."""
        link = await self._linked()
        async with self._asking():
            channel = await link.connection.channel()
            await channel.set_qos(prefetch_count=HELD)
            queue = await channel.get_queue(self._of(handler), ensure=False)

            async def put(message: AbstractIncomingMessage) -> None:
                inbox.put(self._delivery(handler, message))

            tag = await queue.consume(put)
        try:
            while not channel.is_closed and not await stop.within(CHECK_SECONDS):
                pass
            if stop.wanted:
                # What is being handled is acknowledged yet; the rest goes to another worker.
                await queue.cancel(tag)
        except AWAY as error:
            raise AwayError from error

    def _delivery(self, handler: Handler[Any], message: AbstractIncomingMessage) -> Delivery:
        async def done() -> None:
            await self._acknowledge(message)

        async def dead(error: str, attempts: int) -> None:
            headers = {
                "x-error": error[:4000],
                "x-attempts": attempts,
                "x-handler": handler.name,
            }
            letter = _message(message.body, message_id=message.message_id, headers=headers)
            await self._send(f"{self._of(handler)}.dlq", letter)
            await self._acknowledge(message)

        return Delivery(message.body, bool(message.redelivered), done, dead)

    async def _acknowledge(self, message: AbstractIncomingMessage) -> None:
        try:
            await message.ack()
        except AWAY as error:
            # Its connection is gone: it is delivered again on another.
            raise AwayError from error

    async def _send(self, queue: str, message: Message) -> None:
        """Put a message into one queue; returns when it is safe there."""
        channel = (await self._linked()).sender
        async with self._asking(), asyncio.timeout(PATIENCE_SECONDS):
            await channel.default_exchange.publish(message, routing_key=queue)

    async def depths(self) -> Mapping[str, int]:
        """Messages that wait for each handler, and its dead letters."""
        channel = (await self._linked()).sender
        depths: dict[str, int] = {}
        async with self._asking(), asyncio.timeout(PATIENCE_SECONDS):
            for handler in self.handlers:
                for suffix in ("", ".dlq"):
                    name = f"{self._of(handler)}{suffix}"
                    queue = await channel.declare_queue(name, passive=True)
                    found = queue.declaration_result.message_count
                    depths[f"{handler.name}{suffix}"] = found or 0
        return depths

    async def replay(self) -> Mapping[str, int]:
        """Put all dead letters back."""
        depths = await self.depths()
        back: dict[str, int] = {}
        for handler in self.handlers:
            await forget_attempts(self.database, handler.name)
            back[handler.name] = 0
            for _ in range(depths[f"{handler.name}.dlq"]):
                back[handler.name] += await self._return(handler)
        if any(back.values()):
            # A quorum queue takes back what was acknowledged just before its connection ended.
            await asyncio.sleep(SETTLE_SECONDS)
        return back

    async def _return(self, handler: Handler[Any]) -> int:
        channel = (await self._linked()).sender
        async with self._asking():
            dead = await channel.get_queue(f"{self._of(handler)}.dlq", ensure=False)
            letter = await dead.get(fail=False, timeout=PATIENCE_SECONDS)
        if letter is None:
            return 0
        await self._send(self._of(handler), _message(letter.body, message_id=letter.message_id))
        await self._acknowledge(letter)
        return 1

    # --- jobs ---------------------------------------------------------------------------------

    def source(self) -> JobSource:
        """Itself."""
        return self

    def parts(self) -> Sequence[Part]:
        """Jobs have to be sent."""
        return [Dispatcher(self.database, self)]

    async def send_jobs(self, jobs: Sequence[tuple[str, UUID]]) -> None:
        """Put ids into queues."""
        channel = (await self._linked()).sender
        exchange = channel.default_exchange
        async with self._asking(), asyncio.timeout(PATIENCE_SECONDS):
            await asyncio.gather(
                *(
                    exchange.publish(
                        _message(str(job_id).encode()),
                        routing_key=f"{self.prefix}.jobs.{queue}",
                    )
                    for queue, job_id in jobs
                )
            )

    async def next(self) -> Ticket | None:
        """The most urgent job at hand."""
        jobs = (await self._linked()).jobs
        for queue in QUEUES:
            async with self._asking():
                message = await jobs[queue].get(fail=False, timeout=PATIENCE_SECONDS)
            if message is not None:
                return self._ticket(message)
        return None

    def _ticket(self, message: AbstractIncomingMessage) -> Ticket:
        async def settle() -> None:
            await self._acknowledge(message)

        return Ticket(_id(message.body), settle)


def _message(body: bytes, **properties: Any) -> Message:
    return Message(
        body,
        delivery_mode=DeliveryMode.PERSISTENT,
        content_type=ENVELOPE,
        **properties,
    )


def _id(body: bytes) -> UUID:
    try:
        return UUID(body.decode())
    except ValueError:
        # Of no job.
        return UUID(int=0)

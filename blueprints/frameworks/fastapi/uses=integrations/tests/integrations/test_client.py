"""How services are asked: a made-up one, behind a real HTTP server."""

import asyncio
import contextlib
import logging
import time
import traceback
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from typing import Annotated, Any
from uuid import UUID

import httpx2
import pytest
from opentelemetry.sdk.trace import TracerProvider
from pydantic import SecretStr, ValidationError
from starlette.types import Receive, Scope, Send

from app.core import fields
from app.core.logging import request_id_var, traceparent_var
from app.core.middleware import RequestContext
from app.integrations import breaker
from app.integrations.client import Operation, Service, bearer, connections, in_header
from app.integrations.errors import IntegrationError, RequestRefusedError, ServiceFailedError
from app.integrations.messages import Answered, Given, Nothing, Silence
from app.integrations.retries import wait_asked_for
from tests.integrations.fake import HANG, STALL, FakeService, Reply, Route, serving

pytestmark = pytest.mark.anyio

TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
TOKEN = "token-never-told"
FAILED = Reply(status=503)


class Book(Given):
    """What the library is told."""

    title: Annotated[str, fields.String()]
    weight: Annotated[Decimal, fields.DecimalNumber(scale=3)] = Decimal("0.1")
    since: Annotated[datetime | None, fields.DateTime()] = None
    gift: Annotated[bool | None, fields.Boolean()] = None
    owner: Annotated[UUID | None, fields.Identifier()] = None
    notes: Annotated[list[str] | None, fields.ListOf(item=fields.String())] = None
    ratio: Annotated[float | None, fields.Float()] = None


class Shelf(Answered):
    """What the library answers."""

    place: Annotated[str, fields.String()]
    fee: Annotated[Decimal | None, fields.DecimalNumber()] = None


FIND = Operation("GET", "/books/{title}", Book, Shelf, timeout_ms=400)
DROP = Operation("DELETE", "/books/{title}", Book, Silence, timeout_ms=400)
KEEP = Operation("PUT", "/books/{title}", Book, Shelf, timeout_ms=400)
LEND = Operation("POST", "/loans", Book, Shelf, timeout_ms=400)
EDIT = Operation("PATCH", "/books/{title}", Book, Silence, timeout_ms=400)
OPEN = Operation("POST", "/doors", Nothing, Silence, timeout_ms=400)

RIGHT = {"place": "A 7", "fee": "0.50"}
ROUTES = [
    Route("GET", "/books/{title}", RIGHT),
    Route("PUT", "/books/{title}", RIGHT),
    Route("POST", "/loans", RIGHT),
    Route("DELETE", "/books/{title}"),
    Route("PATCH", "/books/{title}"),
    Route("POST", "/doors"),
]


@pytest.fixture
def fake() -> Iterator[FakeService]:
    with serving(ROUTES) as found:
        yield found


@pytest.fixture
async def http() -> AsyncIterator[httpx2.AsyncClient]:
    async with connections() as found:
        yield found


@pytest.fixture
def library(fake: FakeService, http: httpx2.AsyncClient) -> Service:
    return Service(http, "library", fake.url, bearer(SecretStr(TOKEN)))


def book(**values: Any) -> Book:
    return Book(**{"title": "Emma", **values})


async def test_values_are_written_exactly(library: Service, fake: FakeService) -> None:
    given = book(
        weight=Decimal("12.5"),
        since=datetime(2026, 1, 31, 10, 30, 0, 123456, UTC),
        owner=UUID("018F0000-0000-7000-8000-00000000ABCD"),
        notes=["ä"],
        ratio=0.1,
        gift=None,
    )
    await library.call(LEND, given)
    assert fake.received[0].body == {
        "title": "Emma",
        "weight": "12.500",
        "since": "2026-01-31T10:30:00.123Z",
        "gift": None,
        "owner": "018f0000-0000-7000-8000-00000000abcd",
        "notes": ["ä"],
        "ratio": 0.1,
    }
    assert fake.received[0].headers["content-type"] == "application/json"


@pytest.mark.parametrize("operation", [FIND, DROP])
async def test_a_query(
    operation: Operation[Book, Any], library: Service, fake: FakeService
) -> None:
    since = datetime(2026, 1, 31, 9, 30, tzinfo=UTC) + timedelta(hours=1)
    await library.call(operation, book(gift=True, since=since, owner=None))
    (received,) = fake.received
    assert received.method == operation.method
    # A query has no null.
    assert received.query == {
        "weight": "0.100",
        "gift": "true",
        "since": "2026-01-31T10:30:00.000Z",
    }
    assert received.text == ""


async def test_the_path_is_encoded(library: Service, fake: FakeService) -> None:
    for title in ("a/b?c#d", "50% ü", "..%2F", "%2e%2e", "&=+;"):
        await library.call(KEEP, book(title=title))
    paths = [received.path for received in fake.received]
    assert paths == [
        "/books/a%2Fb%3Fc%23d",
        "/books/50%25%20%C3%BC",
        "/books/..%252F",
        "/books/%252e%252e",
        "/books/%26%3D%2B%3B",
    ]
    assert "title" not in fake.received[0].body


@pytest.mark.parametrize("title", ["", ".", ".."])
async def test_no_value_leads_to_another_path(
    title: str, library: Service, fake: FakeService
) -> None:
    with pytest.raises(ValueError, match="`title` stands in a path"):
        await library.call(FIND, book(title=title))
    assert fake.received == []


async def test_who_we_are(fake: FakeService, http: httpx2.AsyncClient) -> None:
    for credentials in (bearer(SecretStr(TOKEN)), in_header("X-Api-Key", SecretStr(TOKEN)), None):
        await Service(http, "library", fake.url, credentials).call(OPEN, Nothing())
    found = [
        (received.headers.get("authorization"), received.headers.get("x-api-key"))
        for received in fake.received
    ]
    assert found == [(f"Bearer {TOKEN}", None), (None, TOKEN), (None, None)]


async def test_on_whose_behalf(library: Service, fake: FakeService) -> None:
    await library.call(OPEN, Nothing())
    request_id_var.set("request-7")
    traceparent_var.set(TRACEPARENT)
    await library.call(OPEN, Nothing())
    with TracerProvider().get_tracer("test").start_as_current_span("request") as span:
        await library.call(OPEN, Nothing())
    names = ("x-request-id", "traceparent")
    told = [tuple(map(each.headers.get, names)) for each in fake.received]
    span_id = f"{span.get_span_context().span_id:016x}"
    assert told[:2] == [(None, None), ("request-7", TRACEPARENT)]
    assert (told[2][1] or "").split("-")[2] == span_id


@pytest.mark.parametrize(
    ("given", "kept"), [(TRACEPARENT, TRACEPARENT), ("00-nonsense", None), ("", None)]
)
async def test_the_trace_of_a_request_is_kept(given: str, kept: str | None) -> None:
    seen: list[str | None] = []

    async def inside(_scope: Scope, _receive: Receive, send: Send) -> None:
        seen.append(traceparent_var.get())
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    surrounded = RequestContext(inside, [], [], lambda *_: None)
    transport = httpx2.ASGITransport(app=surrounded)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        await client.get("/", headers={"traceparent": given})
    assert seen == [kept]
    assert traceparent_var.get() is None


async def test_an_answer_is_typed(library: Service) -> None:
    found = await library.call(FIND, book())
    assert (found.place, found.fee) == ("A 7", Decimal("0.50"))
    assert not hasattr(found, "notOurs")


@pytest.mark.parametrize(
    ("body", "field", "told"),
    [
        ({"fee": "1.00"}, "place", "answered `place` wrongly: it must be given"),
        ({"place": None}, "place", "answered `place` wrongly: it must not be null"),
        ({"place": 7}, "place", "answered `place` wrongly: it must be a string"),
        ({"place": "A", "fee": "much"}, "fee", "answered `fee` wrongly: it must be a decimal"),
        ({"place": "A", "fee": 0.125}, "fee", "answered `fee` wrongly: it must have at most 2"),
        (["place"], "", "answered no object"),
        (None, "", "answered no object"),
        (b"<html>", "", "answered something that is not JSON"),
        (b"", "", "answered something that is not JSON"),
    ],
)
async def test_a_wrong_answer_is_named(
    body: Any, field: str, told: str, library: Service, fake: FakeService
) -> None:
    fake.next(Reply(body=body))
    with pytest.raises(ServiceFailedError, match=f"the service “library” {told}") as raised:
        await library.call(FIND, book())
    assert raised.value.field == field
    # Another attempt would not help.
    assert len(fake.received) == 1


@pytest.mark.parametrize("status", [302, 400, 401, 404, 409, 422])
async def test_a_refusal(status: int, library: Service, fake: FakeService) -> None:
    fake.next(Reply(status=status, headers={"Location": f"{fake.url}/doors"}))
    with pytest.raises(RequestRefusedError, match=f"with status {status}$") as raised:
        await library.call(OPEN, Nothing(), "key")
    assert raised.value.status == status
    assert len(fake.received) == 1


@pytest.mark.parametrize("operation", [FIND, KEEP, DROP])
@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
async def test_what_is_safe_is_asked_again(
    operation: Operation[Book, Any], status: int, library: Service, fake: FakeService
) -> None:
    fake.next(Reply(status=status), Reply(status=status))
    await library.call(operation, book())
    assert len(fake.received) == 3


async def test_no_more_than_three_attempts(library: Service, fake: FakeService) -> None:
    fake.next(FAILED, FAILED, FAILED)
    with pytest.raises(ServiceFailedError, match="failed with status 503"):
        await library.call(FIND, book())
    assert len(fake.received) == 3


@pytest.mark.parametrize("operation", [LEND, EDIT])
async def test_what_is_not_safe_wants_a_key(
    operation: Operation[Book, Any], library: Service, fake: FakeService
) -> None:
    fake.next(FAILED)
    with pytest.raises(ServiceFailedError):
        await library.call(operation, book())
    assert len(fake.received) == 1
    fake.next(FAILED, FAILED)
    await library.call(operation, book(), "key-7")
    assert [each.headers["idempotency-key"] for each in fake.received[1:]] == ["key-7"] * 3


async def test_waits_grow(
    library: Service, fake: FakeService, caplog: pytest.LogCaptureFixture
) -> None:
    fake.next(FAILED, FAILED)
    await library.call(FIND, book())
    told = [vars(each) for each in caplog.records if each.getMessage().startswith("asking again")]
    assert [each["attempt"] for each in told] == [1, 2]
    first, second = (each["waitMs"] for each in told)
    assert 100 <= first <= 200 <= second <= 300


@pytest.mark.parametrize("reply", [HANG, STALL])
async def test_the_time_limit_is_that_of_an_attempt(
    reply: Reply, library: Service, fake: FakeService
) -> None:
    fake.next(reply)
    began = time.perf_counter()
    await library.call(FIND, book())
    assert 0.4 <= time.perf_counter() - began < 3
    assert len(fake.received) == 2
    fake.next(reply)
    with pytest.raises(ServiceFailedError, match="did not answer within 400 ms"):
        await library.call(LEND, book())


async def test_nobody_is_there(http: httpx2.AsyncClient) -> None:
    with serving() as fake:
        url = fake.url
    with pytest.raises(ServiceFailedError, match="the service “library” cannot be reached"):
        await Service(http, "library", url).call(FIND, book())


async def test_a_wish_to_wait_is_obeyed(library: Service, fake: FakeService) -> None:
    fake.next(Reply(status=429, headers={"Retry-After": "1"}))
    began = time.perf_counter()
    await library.call(FIND, book())
    assert 1 <= time.perf_counter() - began < 3


async def test_a_long_wait_is_not_waited(library: Service, fake: FakeService) -> None:
    fake.next(Reply(status=503, headers={"Retry-After": "6"}))
    with pytest.raises(ServiceFailedError) as raised:
        await library.call(FIND, book())
    assert raised.value.wait_seconds == 6
    assert len(fake.received) == 1


def test_how_long_to_wait() -> None:
    ahead = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    assert 28 < (wait_asked_for(ahead) or 0) <= 30
    assert wait_asked_for("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    assert wait_asked_for("120") == 120
    for nonsense in (None, "", "soon", "-1", "1.5", "²"):
        assert wait_asked_for(nonsense) is None


async def ask_and_fail(service: Service, times: int = 1) -> list[str]:
    """What went wrong each time; a POST is one attempt."""
    told = []
    for _ in range(times):
        with pytest.raises(IntegrationError) as raised:
            await service.call(OPEN, Nothing())
        told.append(str(raised.value))
    return told


async def test_a_service_that_is_away_is_left_alone(
    library: Service, fake: FakeService, http: httpx2.AsyncClient
) -> None:
    fake.next(*[FAILED] * 5)
    await ask_and_fail(library, 5)
    assert await ask_and_fail(library) == ["the service “library” is away, and left alone for now"]
    assert len(fake.received) == 5
    # Others are not.
    await Service(http, "archive", fake.url).call(OPEN, Nothing())
    assert (breaker.FAILURES, breaker.PAUSE_SECONDS) == (5, 30)


async def test_only_failures_in_a_row_count(library: Service, fake: FakeService) -> None:
    for answer in (Reply(status=204), Reply(status=404)):
        fake.next(*[FAILED] * 4, answer)
        await ask_and_fail(library, 4)
        with contextlib.suppress(RequestRefusedError):
            await library.call(OPEN, Nothing())
    await library.call(OPEN, Nothing())
    assert len(fake.received) == 11


async def test_attempts_stop_when_the_service_is_away(library: Service, fake: FakeService) -> None:
    fake.next(*[FAILED] * 6)
    await ask_and_fail(library, 4)
    with pytest.raises(ServiceFailedError, match="left alone"):
        await library.call(FIND, book())
    assert len(fake.received) == 5


async def test_one_request_tries_it(
    library: Service, fake: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.next(*[FAILED] * 5)
    await ask_and_fail(library, 5)
    monkeypatch.setattr(library.breaker, "_next_trial", 0.0)
    fake.next(FAILED)
    asked = [library.call(OPEN, Nothing()) for _ in range(5)]
    ended = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(each) for each in ended] == [ServiceFailedError] * 5
    # It failed: they wait again.
    assert len(fake.received) == 6
    await ask_and_fail(library)
    assert len(fake.received) == 6
    monkeypatch.setattr(library.breaker, "_next_trial", 0.0)
    await library.call(OPEN, Nothing())
    await asyncio.gather(*(library.call(OPEN, Nothing()) for _ in range(3)))
    assert len(fake.received) == 10
    assert not library.breaker.is_open


async def test_the_pause_is_as_long_as_it_says(
    library: Service, fake: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breaker, "PAUSE_SECONDS", 0.3)
    fake.next(*[FAILED] * 5)
    await ask_and_fail(library, 5)
    assert "left alone" in (await ask_and_fail(library))[0]
    await asyncio.sleep(0.35)
    await library.call(OPEN, Nothing())


async def test_nothing_is_told_that_is_nobody_s_business(
    library: Service, fake: FakeService, caplog: pytest.LogCaptureFixture
) -> None:
    secrets = (TOKEN, "a-private-title", "a-private-note", "a-private-answer")
    given = book(title="a-private-title", notes=["a-private-note"])
    told = []
    wrong = Reply(body={"place": ["a-private-answer"]})
    with caplog.at_level(logging.DEBUG):
        for operation in (FIND, LEND):
            for reply in (FAILED, HANG, wrong, Reply(status=400), Reply(body=b"a-private-answer")):
                fake.next(*[reply] * (3 if reply in (FAILED, HANG) else 1))
                with pytest.raises(IntegrationError) as raised:
                    await library.call(operation, given, "key")
                told += traceback.format_exception(raised.value)
                library.breaker.succeeded()
    told += [str(vars(record)) for record in caplog.records] + [caplog.text]
    assert not [secret for secret in secrets if secret in "".join(told)]
    # The lines that there are.
    assert "asking again: the service “library” failed with status 503" in caplog.text


def test_what_is_told_is_checked_first() -> None:
    with pytest.raises(ValidationError) as raised:
        book(notes=["a-private-note" * 50])
    assert "a-private-note" not in str(raised.value)
    with pytest.raises(ValidationError):
        book(pages=7)


async def test_connections_are_closed() -> None:
    async with connections() as http:
        pass
    assert http.is_closed


async def test_no_cookie_is_kept(library: Service, fake: FakeService) -> None:
    fake.next(Reply(status=204, headers={"Set-Cookie": "who=you; Path=/"}))
    await library.call(OPEN, Nothing())
    await library.call(OPEN, Nothing())
    assert "cookie" not in fake.received[1].headers

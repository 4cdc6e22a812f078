"""The contract with each other service: what every operation sends, and what it makes of answers."""

import asyncio
from collections.abc import Callable
from typing import Any, get_type_hints
from urllib.parse import unquote

import pytest

from app.integrations.client import IDEMPOTENT, WITH_BODY
from app.integrations.clients import Clients
from app.integrations.errors import RequestRefusedError, ServiceFailedError
from tests.environment import TEST_SETTINGS
from tests.integrations.fake import HANG, Reply
from tests.integrations.fixtures import Others
from tests.integrations.operations import OPERATIONS
from tests.integrations.table import OperationCase, Part

pytestmark = pytest.mark.anyio

each_operation = pytest.mark.parametrize("case", OPERATIONS, ids=str)


class Caller:
    """Asks for one operation."""

    def __init__(self, case: OperationCase, clients: Clients) -> None:
        self.case = case
        self.method: Callable[..., Any] = getattr(getattr(clients, case.service), case.operation)

    async def __call__(self, parts: list[Part] | None = None, key: str | None = None) -> Any:
        """Ask with the examples, or with these alone."""
        parts = self.case.given if parts is None else parts
        given = {part.key: part.example for part in parts}
        if not self.case.given:
            return await self.method(idempotency_key=key)
        kind = get_type_hints(self.method)["given"]
        return await self.method(kind.model_validate(given), idempotency_key=key)


def wire_text(value: Any) -> str:
    """A value as paths and queries have it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


@each_operation
async def test_what_is_sent(case: OperationCase, other_clients: Clients, others: Others) -> None:
    await Caller(case, other_clients)()
    (received,) = others[case.service].received
    sent = {part.key: part.wire for part in case.given}
    expected, got = case.path.split("/"), received.path.split("/")
    assert received.method == case.method
    assert len(got) == len(expected)
    for pattern, segment in zip(expected, got, strict=True):
        inside = pattern[1:-1]
        value = wire_text(sent.pop(inside)) if pattern.startswith("{") else pattern
        assert unquote(segment) == value
    if case.method in WITH_BODY:
        assert (received.body, received.query) == (sent, {})
    else:
        assert received.query == {key: wire_text(value) for key, value in sent.items()}
        assert received.text == ""
    assert "idempotency-key" not in received.headers
    if case.token_variable is not None:
        token = TEST_SETTINGS[case.token_variable]
        assert received.headers[case.header.lower()] == f"{case.scheme}{token}"


@each_operation
async def test_what_may_be_left_out(
    case: OperationCase, other_clients: Clients, others: Others
) -> None:
    needed = [part for part in case.given if part.required and not part.has_default]
    await Caller(case, other_clients)(needed)
    (received,) = others[case.service].received
    body = received.body if case.method in WITH_BODY else received.query
    in_path = {part.key for part in case.given if f"{{{part.key}}}" in case.path}
    said = {part.key for part in case.given if part in needed or part.has_default}
    assert set(body) == said - in_path


@each_operation
async def test_the_answer(case: OperationCase, other_clients: Clients) -> None:
    found = await Caller(case, other_clients)()
    if not case.answer:
        assert found is None or found.model_dump() == {}
        return
    assert found.model_dump(mode="json") == {part.key: part.wire for part in case.answer}


@pytest.mark.parametrize(
    ("case", "part"),
    [
        pytest.param(case, part, id=f"{case}.{part.key}")
        for case in OPERATIONS
        for part in case.answer
    ],
)
async def test_a_field_that_is_not_as_agreed_is_named(
    case: OperationCase, part: Part, other_clients: Clients, others: Others
) -> None:
    right = {each.key: each.example for each in case.answer}
    missing = {key: value for key, value in right.items() if key != part.key}
    ask = Caller(case, other_clients)
    # No value of any type, nor a list of values.
    others[case.service].next(Reply(body={**right, part.key: [[None]]}))
    with pytest.raises(ServiceFailedError, match=part.key) as raised:
        await ask(key="1")
    assert (raised.value.field or "").startswith(part.key)
    others[case.service].next(Reply(body=missing))
    if part.required and not part.has_default:
        with pytest.raises(ServiceFailedError, match=f"`{part.key}`.*must be given"):
            await ask(key="1")
    else:
        await ask(key="1")
    assert len(others[case.service].received) == 2


@each_operation
async def test_a_refusal(case: OperationCase, other_clients: Clients, others: Others) -> None:
    others[case.service].next(Reply(status=409, body={"error": "no"}))
    with pytest.raises(RequestRefusedError) as raised:
        await Caller(case, other_clients)(key="1")
    assert raised.value.status == 409
    assert len(others[case.service].received) == 1


@each_operation
async def test_what_is_asked_again(
    case: OperationCase, other_clients: Clients, others: Others
) -> None:
    fake = others[case.service]
    ask = Caller(case, other_clients)
    fake.next(Reply(status=503))
    if case.method in IDEMPOTENT:
        await ask()
        assert len(fake.received) == 2
    else:
        with pytest.raises(ServiceFailedError):
            await ask()
        assert len(fake.received) == 1
    fake.received.clear()
    fake.next(Reply(status=502))
    await ask(key="key-7")
    assert [each.headers["idempotency-key"] for each in fake.received] == ["key-7", "key-7"]


@each_operation
async def test_the_time_limit(
    case: OperationCase,
    other_clients: Clients,
    others: Others,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limits: list[float] = []
    timeout = asyncio.timeout

    def limit(seconds: float) -> Any:
        limits.append(seconds)
        return timeout(0.05)

    others[case.service].next(HANG, HANG, HANG)
    monkeypatch.setattr(asyncio, "timeout", limit)
    with pytest.raises(ServiceFailedError, match="did not answer within"):
        await Caller(case, other_clients)(key="1")
    assert limits == [case.timeout_ms / 1000] * 3
